import type { IncomingMessage } from "node:http";
import { region } from "../assembly/names.ts";
import { sameSecret } from "../same-secret.ts";
import type { Authenticator, PayloadHash } from "./authenticator.ts";
import type { CredentialRecord, CredentialStore } from "./credential-store.ts";
import { enter } from "./requester.ts";
import { canonicalRequest } from "./signature/canonical-request.ts";
import { ChunkSignatures } from "./signature/chunk-signatures.ts";
import { claimOf, type SignatureClaim } from "./signature/claim.ts";
import { algorithm, sha256Hex, signatureOf, stringToSign } from "./signature/signature.ts";
import { allowedSkewMs, type Fault, SignatureFault } from "./signature/signature-fault.ts";

/** By signature version 4. */
export class SignatureVerifier implements Authenticator {
  readonly #store: CredentialStore;
  readonly #now: () => number;

  constructor(store: CredentialStore, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  authenticate(message: IncomingMessage, service: string, payloadHashOf: PayloadHash): void {
    const { method = "", url = "", headers, rawHeaders } = message;
    const query = queryOf(url);
    const claim = claimOf(headers, query);
    checkScope(claim, service);
    const record = this.#recordOf(claim);
    this.#checkTime(claim);
    checkCovered(rawHeaders, claim.signedHeaders);
    const payloadHash = payloadHashOf(message, claim, query);
    const { signedHeaders, signature, scope, date } = claim;
    const canonical = canonicalRequest({ method, url, rawHeaders }, { service, signedHeaders, payloadHash });
    const text = stringToSign(algorithm, date, scope, sha256Hex(canonical));
    const { credentials, identity } = record;
    if (!sameSecret(signature, signatureOf(credentials, scope, text))) {
      const { accessKeyId } = credentials;
      throw fault({
        kind: "mismatch",
        accessKeyId,
        signature,
        stringToSign: text,
        canonicalRequest: canonical,
      });
    }
    enter(message, { identity, payloadHash, chunks: chunksOf(payloadHash, record, claim) });
  }

  #recordOf({ accessKeyId, token }: SignatureClaim): CredentialRecord {
    const record = this.#store.find(accessKeyId);
    // a session's key without its token is no key
    const { sessionToken } = record?.credentials ?? {};
    if (record === undefined || (token === undefined && sessionToken !== undefined)) {
      throw fault({ kind: "key-unknown", accessKeyId });
    }
    if (token !== undefined && !sameSecret(token, sessionToken ?? "")) {
      throw fault({ kind: "token-wrong", token });
    }
    if (token !== undefined && record.expiresAt <= this.#now()) throw fault({ kind: "token-expired", token });
    return record;
  }

  #checkTime({ signedAt, expiresSeconds }: SignatureClaim): void {
    const now = this.#now();
    const early = signedAt - now > allowedSkewMs;
    if (expiresSeconds === undefined) {
      if (early || now - signedAt > allowedSkewMs) throw fault({ kind: "clock", signedAt, now });
      return;
    }
    if (early) throw fault({ kind: "url-early", now });
    const expiresAt = signedAt + expiresSeconds * 1000;
    if (now > expiresAt) throw fault({ kind: "url-expired", expiresAt, seconds: expiresSeconds, now });
  }
}

const fault = (what: Fault) => new SignatureFault(what);

function queryOf(url: string): URLSearchParams {
  const mark = url.indexOf("?");
  return new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
}

function checkScope({ scope, date, expiresSeconds }: SignatureClaim, service: string): void {
  const expected = { region, service, date: date.slice(0, 8) };
  for (const part of ["date", "region", "service"] as const) {
    if (scope[part] === expected[part]) continue;
    const presigned = expiresSeconds !== undefined;
    throw fault({ kind: "scope", presigned, part, given: scope[part], expected: expected[part] });
  }
}

/** Where it goes, and all that AWS obeys, stands under the signature. */
function checkCovered(rawHeaders: readonly string[], signedHeaders: readonly string[]): void {
  const names = new Set(["host"]);
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    if (name.startsWith("x-amz-")) names.add(name);
  }
  const uncovered = [...names].filter((name) => !signedHeaders.includes(name));
  if (uncovered.length > 0) throw fault({ kind: "headers-unsigned", names: uncovered });
}

function chunksOf(
  payloadHash: string,
  { credentials }: CredentialRecord,
  { scope, date, signature }: SignatureClaim,
): ChunkSignatures | undefined {
  if (!payloadHash.startsWith(`STREAMING-${algorithm}-PAYLOAD`)) return undefined;
  return new ChunkSignatures({ credentials, scope, date, signature }, payloadHash.endsWith("-TRAILER"));
}
