import type { IncomingMessage } from "node:http";
import type { SignatureClaim } from "./signature/claim.ts";

/** Finds the SHA-256 of the body that a signature covers, or what stands in its place. */
export type PayloadHash = (message: IncomingMessage, claim: SignatureClaim, query: URLSearchParams) => string;

/** Tells who asks. */
export interface Authenticator {
  /**
   * From then on `identityOf` tells who has sent the message.
   * @param service that it has to be signed for
   * @throws SignatureFault where its signature is missing, wrong, or of another time
   */
  authenticate(message: IncomingMessage, service: string, payloadHashOf: PayloadHash): void;
}
