import { region } from "../../assembly/names.ts";
import { canonicalRequest } from "./canonical-request.ts";
import {
  algorithm,
  type Credentials,
  dateText,
  scopeText,
  sha256Hex,
  signatureOf,
  stringToSign,
} from "./signature.ts";

export interface UnsignedRequest {
  readonly method: string;
  /** /path?query */
  readonly url: string;
  /** With "host". */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, or what stands in its place. */
  readonly payloadHash: string;
}

/** @returns the request's headers with date, token and signature: all of them are signed */
export function signedHeaders(
  { method, url, headers, payloadHash }: UnsignedRequest,
  service: string,
  credentials: Credentials,
  now: number = Date.now(),
): Record<string, string> {
  const date = dateText(now);
  const scope = { date: date.slice(0, 8), region, service };
  const { accessKeyId, sessionToken } = credentials;
  const signed: Record<string, string> = { ...headers, "x-amz-date": date };
  if (sessionToken !== undefined) signed["x-amz-security-token"] = sessionToken;
  const rawHeaders = Object.entries(signed).flat();
  const names = Object.keys(signed).map((name) => name.toLowerCase());
  const canonical = canonicalRequest(
    { method, url, rawHeaders },
    { service, signedHeaders: names.sort(), payloadHash },
  );
  const text = stringToSign(algorithm, date, scope, sha256Hex(canonical));
  signed.authorization =
    `${algorithm} Credential=${accessKeyId}/${scopeText(scope)}, ` +
    `SignedHeaders=${names.join(";")}, Signature=${signatureOf(credentials, scope, text)}`;
  return signed;
}
