import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { writerName } from "../../shared/workflow/writer.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import type { Scene } from "./scene.ts";

/** A record that the run must have, as it lies there; what is wrong with it as such is a finding. */
export async function storedRecord<T>(
  { objects, audit, inventory, writer }: Scene,
  key: string,
  schema: z.ZodType<T>,
): Promise<SealedRecord<T> | undefined> {
  if (!inventory.expect(key)) {
    audit.found(key, "is missing");
    return undefined;
  }
  const stored = await audit.read(key, () => objects.getSealed(key, schema));
  // an execution whose functions are replaced ends, so that one version writes all of a run
  if (stored && writer && !isDeepStrictEqual(stored.writer, writer)) {
    audit.found(
      key,
      `says that ${writerName(stored.writer)} wrote it, and the plan is of ${writerName(writer)}`,
    );
  }
  return stored;
}
