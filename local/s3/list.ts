import { S3Error } from "./errors.ts";
import { compareKeys } from "./paths.ts";

export interface Page {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** to be given back for the next page; undefined on the last */
  readonly nextToken: string | undefined;
}

/** Where a page begins: behind a key, or behind all keys that were folded into a common prefix. */
export interface Marker {
  readonly kind: "key" | "prefix";
  readonly after: string;
}

/**
 * Cuts one page out of the keys, which are sorted and share the prefix. Keys that go on to a delimiter behind the
 * prefix are folded into one common prefix, which counts as one entry.
 */
export function listingPage(
  keys: readonly string[],
  options: { prefix: string; delimiter: string; maxKeys: number; marker: Marker | undefined },
): Page {
  const { prefix, delimiter, maxKeys, marker } = options;
  const own: string[] = [];
  const folded: string[] = [];
  let last: Marker | undefined;

  for (const key of keys) {
    if (marker !== undefined && isBehind(key, marker)) continue;
    if (last?.kind === "prefix" && key.startsWith(last.after)) continue;
    if (own.length + folded.length >= maxKeys) {
      return { keys: own, commonPrefixes: folded, nextToken: last && encodeToken(last) };
    }
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      own.push(key);
      last = { kind: "key", after: key };
    } else {
      const common = key.slice(0, end + delimiter.length);
      folded.push(common);
      last = { kind: "prefix", after: common };
    }
  }
  return { keys: own, commonPrefixes: folded, nextToken: undefined };
}

function isBehind(key: string, { kind, after }: Marker): boolean {
  return compareKeys(key, after) <= 0 || (kind === "prefix" && key.startsWith(after));
}

function encodeToken({ kind, after }: Marker): string {
  return Buffer.from(`${kind}:${after}`).toString("base64url");
}

export function decodeToken(token: string): Marker {
  const text = Buffer.from(token, "base64url").toString("utf8");
  const match = /^(key|prefix):(.+)$/s.exec(text);
  if (match === null) throw new S3Error("InvalidArgument", "The continuation token provided is incorrect");
  return { kind: match[1] === "key" ? "key" : "prefix", after: match[2] ?? "" };
}
