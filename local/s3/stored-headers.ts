import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./errors.ts";
import type { StoredHeaders } from "./metadata.ts";

/** What S3 keeps of a request's header and sends back with the object, beside x-amz-meta-*. */
const kept = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
] as const;

export const userPrefix = "x-amz-meta-";
const largestUserMetadata = 2048;

/** S3's answer where nobody named a type. */
export const defaultType = "binary/octet-stream";

export function storedHeaders(headers: IncomingHttpHeaders): StoredHeaders {
  const stored: Record<string, string> = {};
  for (const name of kept) {
    const value = headers[name];
    const own = name === "content-encoding" ? withoutFraming(value) : value;
    if (own !== undefined) stored[name] = own;
  }
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(userPrefix) || typeof value !== "string") continue;
    stored[name] = value;
    bytes += name.length - userPrefix.length + value.length;
  }
  if (bytes > largestUserMetadata) {
    throw new S3Error("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
  }
  return stored;
}

/** aws-chunked describes the transfer and not the object. */
function withoutFraming(encoding: string | undefined): string | undefined {
  const rest = (encoding ?? "").split(",").map((coding) => coding.trim());
  const own = rest.filter((coding) => coding !== "" && coding !== "aws-chunked").join(",");
  return own === "" ? undefined : own;
}
