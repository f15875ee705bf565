import type { FastifyInstance } from "fastify";
import type { Authenticator } from "../iam/authenticator.ts";
import { emptyHash, sha256Hex } from "../iam/signature/signature.ts";

/**
 * Reads bodies as the bytes that they are, and lets no request to a handler whose signature does not cover them. The
 * instance's error handler gets the SignatureFault.
 */
export function requireSignature(api: FastifyInstance, authenticator: Authenticator, service: string): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  api.addHook("preHandler", async ({ raw, body }) => {
    authenticator.authenticate(raw, service, () => (Buffer.isBuffer(body) ? sha256Hex(body) : emptyHash));
  });
}
