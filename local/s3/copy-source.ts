import { notImplemented } from "./errors.ts";
import { readPath } from "./exchange.ts";

/** What x-amz-copy-source names. */
export function readSource(header: string | string[] | undefined): { bucket: string; key: string } {
  const source = String(header);
  if (source.includes("?")) throw notImplemented("a version in x-amz-copy-source");
  return readPath(source.replace(/^\//, ""));
}
