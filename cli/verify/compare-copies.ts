import type { Scene } from "./scene.ts";

/** Holds the copy of an object against what that must be. */
export async function compareCopy(
  { audit, copies }: Scene,
  key: string,
  expected: Uint8Array | string,
): Promise<void> {
  const copy = await copies(key);
  if (!copy || Buffer.compare(copy.bytes, Buffer.from(expected)) === 0) return;
  audit.found(copy.path, `is not what ${key} must be`);
}

/** The same of a record, of which a copy holds the fields in another order, and neither writer nor seal. */
export async function compareRecordCopy(
  { audit, copies }: Scene,
  key: string,
  expected: object,
): Promise<void> {
  const copy = await copies(key);
  if (!copy) return;
  try {
    audit.compare(copy.path, JSON.parse(Buffer.from(copy.bytes).toString("utf8")), expected);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    audit.found(copy.path, "is not JSON");
  }
}
