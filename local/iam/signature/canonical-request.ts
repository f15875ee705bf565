/** A request as it stands on the wire. */
export interface RequestLine {
  readonly method: string;
  /** /path?query, nothing decoded */
  readonly url: string;
  /** name, value, name, value */
  readonly rawHeaders: readonly string[];
}

export interface Canonical {
  readonly service: string;
  /** In lower case, sorted. */
  readonly signedHeaders: readonly string[];
  /** SHA-256 of the body, or what stands in its place. */
  readonly payloadHash: string;
}

/** The query parameter of a presigned address that cannot sign itself. */
export const signatureParameter = "X-Amz-Signature";

/**
 * The text that is signed for a request. Path and query are decoded as the services decode them, and encoded anew: what
 * they act upon is what was signed. A path with "." or ".." is taken literally, as the services here take it.
 */
export function canonicalRequest(
  { method, url, rawHeaders }: RequestLine,
  { service, signedHeaders, payloadHash }: Canonical,
): string {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const values = valuesOf(rawHeaders);
  return [
    method,
    // S3 alone does not encode what is encoded
    uriEncode(service === "s3" ? decoded(path) : path, "/"),
    mark < 0 ? "" : canonicalQuery(url.slice(mark + 1)),
    ...signedHeaders.map((name) => `${name}:${(values.get(name) ?? []).join(",")}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // no key has such a path: whoever signs it is refused, here or there
    return path;
  }
}

function canonicalQuery(query: string): string {
  const pairs: [name: string, value: string][] = [];
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== signatureParameter) pairs.push([uriEncode(name), uriEncode(value)]);
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return pairs
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** All values of each header, in their order: Node's own view of a repeated header keeps only one of some. */
function valuesOf(rawHeaders: readonly string[]): ReadonlyMap<string, string[]> {
  const values = new Map<string, string[]>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    const value = (rawHeaders[at + 1] ?? "").trim().replace(/\s+/g, " ");
    const before = values.get(name);
    if (before === undefined) values.set(name, [value]);
    else before.push(value);
  }
  return values;
}

/** Everything but A-Z, a-z, 0-9, "-", ".", "_", "~" and `kept` as %XX. */
export function uriEncode(text: string, kept = ""): string {
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return kept === "/" ? encoded.replaceAll("%2F", "/") : encoded;
}
