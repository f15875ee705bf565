import type { IncomingHttpHeaders } from "node:http";
import { notImplemented, preconditionFailed } from "./errors.ts";
import type { ObjectInfo } from "./object-info.ts";

/** What must be true of a key for a write to happen. */
export interface WriteCondition {
  readonly absent: boolean;
  /** The object must be there with this ETag; "*" is any. */
  readonly etag: string | undefined;
}

export const always: WriteCondition = { absent: false, etag: undefined };

export function writeCondition(headers: IncomingHttpHeaders): WriteCondition {
  const none = headers["if-none-match"];
  if (none !== undefined && none.trim() !== "*")
    throw notImplemented("If-None-Match with an ETag on a write");
  const match = headers["if-match"];
  return { absent: none !== undefined, etag: match === undefined ? undefined : bareTag(match) };
}

/**
 * Reads conditions in the order of RFC 9110, section 13.2.2. @returns whether the client already has this object
 *
 * @param prefix "x-amz-copy-source-" for the conditions on what is copied
 * @throws PreconditionFailed
 */
export function isUnmodified(headers: IncomingHttpHeaders, object: ObjectInfo, prefix = ""): boolean {
  const header = (name: string) => {
    const value = headers[prefix + name];
    return typeof value === "string" ? value : undefined;
  };
  const { etag } = object.metadata;
  // HTTP dates have whole seconds
  const modified = Math.floor(object.modified.getTime() / 1000) * 1000;

  const match = header("if-match");
  const unmodifiedSince = Date.parse(header("if-unmodified-since") ?? "");
  if (match !== undefined) {
    if (!listsTag(match, etag)) throw preconditionFailed("If-Match");
  } else if (modified > unmodifiedSince) {
    throw preconditionFailed("If-Unmodified-Since");
  }

  const noneMatch = header("if-none-match");
  if (noneMatch !== undefined) return listsTag(noneMatch, etag);
  return modified <= Date.parse(header("if-modified-since") ?? "");
}

function listsTag(list: string, etag: string): boolean {
  return list.split(",").some((item) => item.trim() === "*" || bareTag(item) === etag);
}

/** S3 takes ETags with and without quotes. */
export function bareTag(tag: string): string {
  return tag
    .trim()
    .replace(/^W\//, "")
    .replace(/^"(.*)"$/, "$1");
}
