import type { IncomingMessage } from "node:http";
import type { Identity } from "./identity.ts";
import type { ChunkSignatures } from "./signature/chunk-signatures.ts";

/** A request whose signature is right. */
export interface VerifiedRequest {
  readonly identity: Identity;
  /** SHA-256 of the body as it was signed, or what stands in its place. */
  readonly payloadHash: string;
  /** Checks the body's chunks, where they are signed one by one. */
  readonly chunks: ChunkSignatures | undefined;
}

const verified = new WeakMap<IncomingMessage, VerifiedRequest>();

export function enter(message: IncomingMessage, request: VerifiedRequest): void {
  verified.set(message, request);
}

/** @throws where nobody has verified the message: a service that forgets to must not answer it */
export function verifiedRequest(message: IncomingMessage): VerifiedRequest {
  const request = verified.get(message);
  if (request === undefined) throw new Error("the request's signature has not been verified");
  return request;
}

/** Who asks. */
export function identityOf(message: IncomingMessage): Identity {
  return verifiedRequest(message).identity;
}
