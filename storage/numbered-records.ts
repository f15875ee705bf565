import pLimit from "p-limit";
import type * as z from "zod";
import { steps } from "../shared/workflow/steps.ts";
import type { Objects } from "./objects.ts";
import type { SealedRecord } from "./sealed-records.ts";

/** What is known of records of one kind. */
export interface RecordKind<T> {
  readonly key: (n: number) => string;
  readonly schema: z.ZodType<T>;
  /** Bytes of one, where its reader knows what they follow from. */
  readonly most?: number;
}

/**
 * Records numbered 1, 2, ...
 * @param count so many of them, which all have to stand; left out, all up to the first that does not
 * @throws ObjectMissing, ObjectInvalid, RecordsUnknown
 */
export async function readNumbered<T>(
  objects: Objects,
  kind: RecordKind<T>,
  count?: number,
): Promise<SealedRecord<T>[]> {
  if (count === undefined) return readUpToMissing(objects, kind);
  const { key, schema, most } = kind;
  const limit = pLimit(steps.finishRun.recordReaders);
  return Promise.all(
    Array.from({ length: count }, (_, i) => limit(() => objects.getSealed(key(i + 1), schema, most))),
  );
}

async function readUpToMissing<T>(
  objects: Objects,
  { key, schema, most }: RecordKind<T>,
): Promise<SealedRecord<T>[]> {
  const found: SealedRecord<T>[] = [];
  for (;;) {
    const next = await objects.findSealed(key(1 + found.length), schema, most);
    if (!next) return found;
    found.push(next);
  }
}
