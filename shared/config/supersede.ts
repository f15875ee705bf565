import type * as z from "zod";
import { discriminated, isRecord, optionFor, shapeFor } from "./discriminated.ts";
import { configSchema } from "./schema.ts";

/**
 * Makes room for a later source that chooses another option of a discriminated section (partition.kind=iid over a
 * preset with main-label): fields of the old option that the new one does not have were said about something that is
 * no longer there, and go. Whatever neither option has stays, to be refused by name.
 */
export function supersede(
  earlier: Record<string, unknown>,
  later: Record<string, unknown>,
  schema: z.core.$ZodType = configSchema,
): void {
  dropFields(earlier, later, schema);
  const shape = shapeFor(schema, { ...earlier, ...later });
  for (const [key, inner] of Object.entries(shape)) {
    const [before, after] = [own(earlier, key), own(later, key)];
    if (isRecord(before) && isRecord(after)) supersede(before, after, inner);
  }
}

function dropFields(
  earlier: Record<string, unknown>,
  later: Record<string, unknown>,
  schema: z.core.$ZodType,
): void {
  const section = discriminated(schema);
  if (!section || !Object.hasOwn(later, section.discriminator)) return;
  const [from, to] = [optionFor(section, earlier), optionFor(section, later)];
  if (from === undefined || to === undefined || from === to) return;
  const kept = section.options.get(to)?.shape ?? {};
  for (const field of Object.keys(section.options.get(from)?.shape ?? {})) {
    if (!Object.hasOwn(kept, field)) delete earlier[field];
  }
}

function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
