/**
 * Keys as paths below the bucket's folder. An ordinary key is its own path, so that a person can open
 * runs/NAME/result.json. Every other key has a path below the folder "%" that encodes it, which also takes the
 * ordinary keys whose path is not free: `a` beside `a/b`, since no name is a file and a folder at once.
 */
export interface KeyPaths {
  /** undefined for a key that is not ordinary */
  readonly plain: string | undefined;
  readonly escaped: string;
}

/** No ordinary key contains "%", so nothing else lies here. */
export const escapedRoot = "%";

// Excluded: control characters, what Windows or a shell would trip over, and "%", which marks encoded names.
const ordinarySegment = /^(?!\.{1,2}$)[^\p{C}%\\:*?"<>|]*[^\p{C}%\\:*?"<>|. ]$/u;
const longestSegment = 200;

export function pathsOf(key: string, caseSensitive: boolean): KeyPaths {
  return { plain: isOrdinary(key, caseSensitive) ? key : undefined, escaped: escapeKey(key) };
}

/** Where file names ignore case or Unicode's composition, only keys that cannot meet there are their own path. */
export function isOrdinary(key: string, caseSensitive: boolean): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
  if (!caseSensitive && /[A-Z]|[^\u0000-\u007f]/.test(key)) return false;
  return key
    .split("/")
    .every((part) => ordinarySegment.test(part) && Buffer.byteLength(part) <= longestSegment);
}

/** Percent-encoded in lower case and cut into names of 200 characters; "+" ends a name that the next continues. */
export function escapeKey(key: string): string {
  let encoded = "";
  for (const byte of Buffer.from(key)) {
    const char = String.fromCharCode(byte);
    encoded += /[a-z0-9._-]/.test(char) ? char : `%${byte.toString(16).padStart(2, "0")}`;
  }
  const names = [escapedRoot];
  for (let at = 0; at < encoded.length; at += longestSegment) {
    const more = at + longestSegment < encoded.length;
    names.push(dotsEscaped(encoded.slice(at, at + longestSegment)) + (more ? "+" : ""));
  }
  return names.join("/");
}

/** "." and ".." are names that lead elsewhere. */
function dotsEscaped(name: string): string {
  return name === "." || name === ".." ? name.replaceAll(".", "%2e") : name;
}

/** @returns the key of a path that `escapeKey` made, or undefined for any other */
export function unescapeKey(path: string): string | undefined {
  const names = path.split("/");
  if (names.shift() !== escapedRoot) return undefined;
  const encoded = names.map((name, i) => (i < names.length - 1 ? name.replace(/\+$/, "") : name)).join("");
  try {
    const key = decodeURIComponent(encoded);
    return escapeKey(key) === path ? key : undefined;
  } catch {
    return undefined;
  }
}

/** S3's order: by the bytes of UTF-8. JavaScript's order differs where surrogates meet U+E000 and above. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    if (isSurrogate(x) !== isSurrogate(y)) return isSurrogate(x) ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
