import type { ChunkSignatures } from "../iam/signature/chunk-signatures.ts";
import { S3Error } from "./errors.ts";
import { inS3Terms } from "./signature-errors.ts";

const sizeLine = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]+))?$/i;
const trailerSignature = "x-amz-trailer-signature";
const longestLine = 4096;

/**
 * Takes the framing of `Content-Encoding: aws-chunked` off a body: `size[;chunk-signature=...] CRLF bytes CRLF`,
 * closed by a chunk of size 0, trailing headers and an empty line. Bytes are handed on as views, not copied, and before
 * their chunk's signature is known: nothing may be made of them until all is finished.
 */
export class AwsChunkedDecoder {
  readonly #onBytes: (bytes: Buffer) => void;
  readonly #signatures: ChunkSignatures | undefined;
  readonly #trailers = new Map<string, string>();
  #state: "size" | "bytes" | "separator" | "trailer" | "done" = "size";
  /** bytes of the current chunk that are still to come */
  #missing = 0;
  /** of the current chunk, as it claims */
  #signature = "";
  /** the beginning of a line whose end has not arrived */
  #line = "";

  /** @param signatures checks them, where the chunks are signed; otherwise there are none */
  constructor(onBytes: (bytes: Buffer) => void, signatures?: ChunkSignatures) {
    this.#onBytes = onBytes;
    this.#signatures = signatures;
  }

  push(input: Buffer): void {
    let at = 0;
    while (at < input.length) {
      if (this.#state === "done") throw malformed("there are bytes after its end");
      at = this.#state === "bytes" ? this.#takeBytes(input, at) : this.#takeLine(input, at);
    }
  }

  /** @returns the trailing headers, in lower case */
  finish(): ReadonlyMap<string, string> {
    if (this.#state !== "done") {
      throw new S3Error("IncompleteBody", "The aws-chunked body ended before its last chunk was complete");
    }
    return this.#trailers;
  }

  #takeBytes(input: Buffer, at: number): number {
    const end = Math.min(input.length, at + this.#missing);
    const bytes = input.subarray(at, end);
    this.#signatures?.update(bytes);
    this.#onBytes(bytes);
    this.#missing -= end - at;
    if (this.#missing === 0) {
      this.#endChunk();
      this.#state = "separator";
    }
    return end;
  }

  #takeLine(input: Buffer, at: number): number {
    const newline = input.indexOf(10, at);
    const end = newline < 0 ? input.length : newline;
    if (this.#line.length + end - at > longestLine) throw malformed("a line of its framing is too long");
    this.#line += input.toString("latin1", at, end);
    if (newline < 0) return input.length;
    const line = this.#line;
    this.#line = "";
    if (!line.endsWith("\r")) throw malformed("a line of its framing does not end in CRLF");
    this.#readLine(line.slice(0, -1));
    return newline + 1;
  }

  #readLine(line: string): void {
    if (this.#state === "size") {
      const [, size, signature = ""] = sizeLine.exec(line) ?? [];
      if (size === undefined) throw malformed("a chunk does not begin with its size");
      this.#signature = signature;
      this.#missing = Number.parseInt(size, 16);
      this.#state = this.#missing === 0 ? "trailer" : "bytes";
      if (this.#missing === 0) this.#endChunk();
    } else if (this.#state === "separator") {
      if (line !== "") throw malformed("a chunk is longer than its size");
      this.#state = "size";
    } else if (line === "") {
      this.#endTrailer();
      this.#state = "done";
    } else {
      const colon = line.indexOf(":");
      if (colon < 1 || this.#trailers.size >= 16) throw malformed("its trailer is not a list of headers");
      this.#trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  }

  #endChunk(): void {
    inS3Terms(() => this.#signatures?.endChunk(this.#signature));
  }

  #endTrailer(): void {
    const signature = this.#trailers.get(trailerSignature) ?? "";
    this.#trailers.delete(trailerSignature);
    const headers = [...this.#trailers].map(([name, value]) => `${name}:${value}\n`).join("");
    if (!this.#signatures?.trailing) {
      // a trailer that no signature covers, where all else is signed
      if (this.#signatures && headers !== "") throw malformed("its trailer is not signed");
      return;
    }
    inS3Terms(() => this.#signatures?.endTrailer(headers, signature));
  }
}

function malformed(why: string): S3Error {
  return new S3Error("InvalidRequest", `The aws-chunked body is malformed: ${why}`);
}
