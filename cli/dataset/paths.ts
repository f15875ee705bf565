/** Paths below a folder, with "/" whatever the system has. */

export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The folders above it: "" for none. */
export function dirname(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
