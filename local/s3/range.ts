import { notImplemented, S3Error } from "./errors.ts";

/** Both ends included, as on the wire. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** @returns undefined for the whole object, which is also S3's answer to a range that it cannot read */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  if (header.includes(",")) throw notImplemented("Range with more than one range");
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [from = "", to = ""] = match?.slice(1) ?? [];
  if (from === "" && to === "") return undefined;
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;

  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (first >= size || (from === "" && Number(to) === 0)) {
    throw new S3Error("InvalidRange", "The requested range is not satisfiable", {
      RangeRequested: header,
      ActualObjectSize: String(size),
    });
  }
  return { first, last };
}
