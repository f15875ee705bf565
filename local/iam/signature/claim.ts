import type { IncomingHttpHeaders } from "node:http";
import { algorithm, type CredentialScope, terminator } from "./signature.ts";
import { SignatureFault } from "./signature-fault.ts";

/** What a request says of its signature, before any of it is believed. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** YYYYMMDDTHHMMSSZ */
  readonly date: string;
  /** The same in milliseconds. */
  readonly signedAt: number;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly token: string | undefined;
  /** How long a presigned address holds, in seconds; undefined for a signature in the header. */
  readonly expiresSeconds: number | undefined;
}

/** A week, which is as long as a derived key holds. */
const longestSeconds = 604_800;

/** @throws SignatureFault where there is no signature of version 4, or half of one */
export function claimOf(headers: IncomingHttpHeaders, query: URLSearchParams): SignatureClaim {
  const { authorization } = headers;
  const presigned = query.has("X-Amz-Algorithm") || query.has("X-Amz-Signature");
  if (authorization !== undefined && presigned) {
    throw malformed(
      true,
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
    );
  }
  if (presigned) return presignedClaim(query);
  if (authorization !== undefined) return headerClaim(authorization, headers);
  throw new SignatureFault({ kind: query.has("AWSAccessKeyId") ? "mechanism" : "unsigned" });
}

function headerClaim(authorization: string, headers: IncomingHttpHeaders): SignatureClaim {
  const [mechanism = "", ...rest] = authorization.trim().split(/\s+/);
  if (mechanism !== algorithm) throw new SignatureFault({ kind: "mechanism" });
  const fields = new Map(rest.join("").split(",").map(field));
  const part = (name: string): string => {
    const value = fields.get(name);
    if (value) return value;
    throw malformed(false, `Authorization header requires '${name}' parameter.`);
  };
  return {
    ...credentialOf(part("Credential"), false),
    ...checkedDate(text(headers["x-amz-date"]), false),
    signedHeaders: part("SignedHeaders").split(";"),
    signature: part("Signature"),
    token: text(headers["x-amz-security-token"]),
    expiresSeconds: undefined,
  };
}

function presignedClaim(query: URLSearchParams): SignatureClaim {
  const part = (name: string): string => {
    const value = query.get(name);
    if (value) return value;
    throw malformed(
      true,
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  };
  if (part("X-Amz-Algorithm") !== algorithm) throw new SignatureFault({ kind: "mechanism" });
  return {
    ...credentialOf(part("X-Amz-Credential"), true),
    ...checkedDate(part("X-Amz-Date"), true),
    signedHeaders: part("X-Amz-SignedHeaders").split(";"),
    signature: part("X-Amz-Signature"),
    token: query.get("X-Amz-Security-Token") ?? undefined,
    expiresSeconds: checkedSeconds(part("X-Amz-Expires")),
  };
}

function field(pair: string): [name: string, value: string] {
  const at = pair.indexOf("=");
  return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
}

const text = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(", ") : value;

/** KEY/DATE/REGION/SERVICE/aws4_request */
function credentialOf(value: string, presigned: boolean) {
  const [accessKeyId, date, region, service, end, ...more] = value.split("/");
  if (!accessKeyId || !date || !region || !service || end !== terminator || more.length > 0) {
    throw malformed(
      presigned,
      `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
    );
  }
  return { accessKeyId, scope: { date, region, service } };
}

function checkedDate(
  date: string | undefined,
  presigned: boolean,
): Pick<SignatureClaim, "date" | "signedAt"> {
  if (date !== undefined && /^\d{8}T\d{6}Z$/.test(date)) {
    const signedAt = timeOf(date);
    if (!Number.isNaN(signedAt)) return { date, signedAt };
  }
  throw malformed(presigned, "AWS authentication requires a valid X-Amz-Date (YYYYMMDDTHHMMSSZ).");
}

/** Milliseconds; NaN for a day or an hour that there is not. */
function timeOf(date: string): number {
  const at = (from: number, to: number) => date.slice(from, to);
  return Date.parse(`${at(0, 4)}-${at(4, 6)}-${at(6, 11)}:${at(11, 13)}:${at(13, 15)}Z`);
}

function checkedSeconds(value: string): number {
  if (!/^-?\d{1,15}$/.test(value)) throw malformed(true, "X-Amz-Expires should be a number");
  const seconds = Number(value);
  if (seconds < 1) throw malformed(true, "X-Amz-Expires must be non-negative and not zero");
  if (seconds > longestSeconds) {
    throw malformed(
      true,
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${longestSeconds} seconds`,
    );
  }
  return seconds;
}

const malformed = (presigned: boolean, reason: string) =>
  new SignatureFault({ kind: "malformed", presigned, reason });
