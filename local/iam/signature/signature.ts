import { createHmac, hash } from "node:crypto";

/** What signs: the token belongs to keys of a session alone. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a key is derived for: DATE/REGION/SERVICE/aws4_request. */
export interface CredentialScope {
  /** YYYYMMDD, UTC */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const algorithm = "AWS4-HMAC-SHA256";
export const terminator = "aws4_request";

export function scopeText({ date, region, service }: CredentialScope): string {
  return `${date}/${region}/${service}/${terminator}`;
}

/** Header values come from Node as one character a byte, and all else is ASCII. */
export function sha256Hex(data: string | Buffer): string {
  return hash("sha256", typeof data === "string" ? Buffer.from(data, "latin1") : data, "hex");
}

export const emptyHash = sha256Hex("");

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Derived keys go when their credentials go. A key lives for a day, and a request for minutes: there are few of them. */
const derived = new WeakMap<Credentials, Map<string, Buffer>>();

function signingKey(credentials: Credentials, scope: CredentialScope): Buffer {
  const keys = derived.get(credentials) ?? new Map<string, Buffer>();
  derived.set(credentials, keys);
  const name = scopeText(scope);
  const known = keys.get(name);
  if (known !== undefined) return known;
  const ofDate = hmac(`AWS4${credentials.secretAccessKey}`, scope.date);
  const key = hmac(hmac(hmac(ofDate, scope.region), scope.service), terminator);
  keys.set(name, key);
  return key;
}

/**
 * @param date YYYYMMDDTHHMMSSZ
 * @param digests of what is signed, or the lines that stand in their place
 */
export function stringToSign(
  kind: string,
  date: string,
  scope: CredentialScope,
  ...digests: readonly string[]
): string {
  return [kind, date, scopeText(scope), ...digests].join("\n");
}

/**
 * Signature version 4, as hexadecimal digits
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function signatureOf(credentials: Credentials, scope: CredentialScope, text: string): string {
  return createHmac("sha256", signingKey(credentials, scope)).update(text).digest("hex");
}

/** Milliseconds as YYYYMMDDTHHMMSSZ. */
export function dateText(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, "");
}
