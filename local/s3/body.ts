import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { verifiedRequest } from "../iam/requester.ts";
import { AwsChunkedDecoder } from "./aws-chunked.ts";
import {
  type ChecksumAlgorithm,
  type ChecksumClaim,
  checkedForm,
  checksumHeader,
  claimedChecksum,
  createChecksum,
} from "./checksums.ts";
import { notImplemented, S3Error } from "./errors.ts";

/** S3's bound for one PUT; larger objects come in parts. */
const largestBody = 5 * 1024 ** 3;

export interface ReceivedBody {
  readonly size: number;
  readonly md5: Buffer;
  /** What was claimed and is true, or what the caller wanted computed; base64. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined;
}

/** What the headers say about the body, read before its first byte. */
interface Announcement {
  readonly chunked: boolean;
  readonly size: number;
  readonly md5: string | undefined;
  readonly sha256: string | undefined;
  readonly claim: ChecksumClaim | undefined;
}

/**
 * Hands the decoded bytes to `sink` as they come and resolves once all of them have arrived and agree with every
 * length and checksum that was announced.
 *
 * @param wanted computed even where the sender claims nothing
 * @param headers that announce the body, where not all of the request's do
 */
export async function receiveBody(
  request: IncomingMessage,
  sink: (bytes: Buffer) => void,
  {
    wanted,
    headers = request.headers,
  }: { wanted?: ChecksumAlgorithm | undefined; headers?: IncomingHttpHeaders } = {},
): Promise<ReceivedBody> {
  const { payloadHash, chunks } = verifiedRequest(request);
  const announced = announcement(headers, payloadHash);
  const md5 = createHash("md5");
  const sha256 = announced.sha256 === undefined ? undefined : createHash("sha256");
  const algorithm = announced.claim?.algorithm ?? wanted;
  const checksum = algorithm === undefined ? undefined : createChecksum(algorithm);
  let size = 0;

  const take = (bytes: Buffer) => {
    size += bytes.length;
    if (size > announced.size) throw wrongLength(announced.size, size);
    md5.update(bytes);
    sha256?.update(bytes);
    checksum?.update(bytes);
    sink(bytes);
  };
  const decoder = announced.chunked ? new AwsChunkedDecoder(take, chunks) : undefined;

  const finish = (): ReceivedBody => {
    const trailers = decoder?.finish();
    if (size !== announced.size) throw wrongLength(announced.size, size);
    const md5Bytes = md5.digest();
    compare("Content-MD5", announced.md5, md5Bytes.toString("base64"));
    if (announced.sha256 !== undefined && sha256?.digest("hex") !== announced.sha256) {
      throw new S3Error(
        "XAmzContentSHA256Mismatch",
        "The provided x-amz-content-sha256 header does not match what was computed.",
      );
    }
    if (algorithm === undefined || checksum === undefined)
      return { size, md5: md5Bytes, checksum: undefined };
    const value = checksum.digest().toString("base64");
    if (announced.claim !== undefined) {
      compare(algorithm, announced.claim.value ?? trailing(trailers, algorithm), value);
    }
    return { size, md5: md5Bytes, checksum: { algorithm, value } };
  };

  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      // the rest of the body is let through unread, so that the client gets to see the answer
      request.removeListener("data", onData).resume();
      reject(error);
    };
    const onData = (input: Buffer) => {
      try {
        if (decoder === undefined) take(input);
        else decoder.push(input);
      } catch (error) {
        fail(error);
      }
    };
    request.on("data", onData);
    request.once("end", () => {
      try {
        resolve(finish());
      } catch (error) {
        reject(error);
      }
    });
    request.once("error", reject);
    request.once("close", () => {
      if (!request.complete) reject(new S3Error("IncompleteBody", "The connection closed within the body"));
    });
  });
}

/** For the small documents that come in a body. */
export async function receiveDocument(
  request: IncomingMessage,
  largest: number,
  headers: IncomingHttpHeaders = request.headers,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  const sink = (bytes: Buffer) => {
    size += bytes.length;
    if (size > largest) throw new S3Error("EntityTooLarge", `The document is larger than ${largest} bytes`);
    pieces.push(bytes);
  };
  await receiveBody(request, sink, { headers });
  return Buffer.concat(pieces);
}

/** @param hash what the request's signature covers of the body */
function announcement(headers: IncomingHttpHeaders, hash: string): Announcement {
  const claim = claimedChecksum(headers);
  const chunked = hash.startsWith("STREAMING-") || isAwsChunked(headers);
  const length = chunked ? single(headers, "x-amz-decoded-content-length") : headers["content-length"];
  if (length === undefined && !chunked && headers["transfer-encoding"] !== undefined) {
    throw notImplemented("the header Transfer-Encoding without aws-chunked");
  }
  if (length === undefined || !/^\d{1,15}$/.test(length)) {
    const name = chunked ? "x-amz-decoded-content-length" : "Content-Length";
    throw new S3Error("MissingContentLength", `You must provide the ${name} HTTP header.`);
  }
  if (Number(length) > largestBody) {
    throw new S3Error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
  }
  const md5 = single(headers, "content-md5");
  if (md5 !== undefined && Buffer.from(md5, "base64").length !== 16) {
    throw new S3Error("InvalidDigest", "The Content-MD5 you specified is not valid.");
  }
  if (claim?.value === undefined && claim !== undefined && !chunked) {
    throw new S3Error("InvalidRequest", "x-amz-trailer needs an aws-chunked body.");
  }
  // beside a checksum too: that guards against accidents, and this against whoever changes bytes that somebody signed
  const sha256 = /^[0-9a-f]{64}$/.test(hash) ? hash : undefined;
  return { chunked, size: Number(length), md5, sha256, claim };
}

export function isAwsChunked(headers: IncomingHttpHeaders): boolean {
  return (headers["content-encoding"] ?? "").split(",").some((coding) => coding.trim() === "aws-chunked");
}

function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function trailing(trailers: ReadonlyMap<string, string> | undefined, algorithm: ChecksumAlgorithm): string {
  const value = trailers?.get(checksumHeader(algorithm));
  if (value === undefined) {
    throw new S3Error(
      "InvalidRequest",
      `The trailer ${checksumHeader(algorithm)} was announced and never came.`,
    );
  }
  return checkedForm(algorithm, value);
}

function compare(name: string, claimed: string | undefined, computed: string): void {
  if (claimed === undefined || claimed === computed) return;
  throw new S3Error("BadDigest", `The ${name} you specified did not match the calculated checksum.`, {
    ExpectedDigest: claimed,
    CalculatedDigest: computed,
  });
}

function wrongLength(announced: number, received: number): S3Error {
  return new S3Error(
    "IncompleteBody",
    `The request announced ${announced} bytes and sent ${received < announced ? received : "more"}`,
  );
}
