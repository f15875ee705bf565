import { createHash, type Hash } from "node:crypto";
import { sameSecret } from "../../same-secret.ts";
import {
  algorithm,
  type CredentialScope,
  type Credentials,
  emptyHash,
  sha256Hex,
  signatureOf,
  stringToSign,
} from "./signature.ts";
import { SignatureFault } from "./signature-fault.ts";

/** What the first chunk's signature follows: the one of the request itself. */
export interface ChunkSeed {
  readonly credentials: Credentials;
  readonly scope: CredentialScope;
  /** YYYYMMDDTHHMMSSZ */
  readonly date: string;
  readonly signature: string;
}

/**
 * Checks a body that is signed chunk by chunk, each signature over the one before it
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html).
 */
export class ChunkSignatures {
  readonly #seed: ChunkSeed;
  readonly trailing: boolean;
  #previous: string;
  #hash: Hash = createHash("sha256");

  /** @param trailing a signature follows the trailing headers */
  constructor(seed: ChunkSeed, trailing: boolean) {
    this.#seed = seed;
    this.#previous = seed.signature;
    this.trailing = trailing;
  }

  update(bytes: Buffer): void {
    this.#hash.update(bytes);
  }

  /** Of the chunk whose bytes have come since the last call. @throws SignatureFault */
  endChunk(signature: string): void {
    const hash = this.#hash.digest("hex");
    this.#hash = createHash("sha256");
    this.#compare(signature, `${algorithm}-PAYLOAD`, emptyHash, hash);
  }

  /** @param headers name:value lines, each with its end. @throws SignatureFault */
  endTrailer(headers: string, signature: string): void {
    this.#compare(signature, `${algorithm}-TRAILER`, sha256Hex(headers));
  }

  #compare(given: string, kind: string, ...digests: string[]): void {
    const { credentials, scope, date } = this.#seed;
    const text = stringToSign(kind, date, scope, this.#previous, ...digests);
    const signature = signatureOf(credentials, scope, text);
    if (!sameSecret(given, signature)) {
      const { accessKeyId } = credentials;
      throw new SignatureFault({
        kind: "mismatch",
        accessKeyId,
        signature: given,
        stringToSign: text,
        canonicalRequest: "",
      });
    }
    this.#previous = signature;
  }
}
