import * as z from "zod";
import { partitionKinds } from "./kinds.ts";
import type { Partitioner, PartitionInput } from "./partitioner.ts";

type Kinds = typeof partitionKinds;
type SettingsOfAll<K extends readonly Partitioner[]> = { -readonly [I in keyof K]: K[I]["settings"] };

/** The section partition of a configuration: each kind's own fields, and no others; the kind decides. */
export const partitionSettings = z
  .discriminatedUnion("kind", partitionKinds.map(({ settings }) => settings) as SettingsOfAll<Kinds>)
  .describe("How the examples are divided among the clients.");

export type PartitionSettings = z.output<typeof partitionSettings>;

export type PartitionKind = PartitionSettings["kind"];

/** Whether a rule divides by the examples' classes, so that it takes data that have any. @throws RangeError */
export function takesClasses(kind: PartitionKind): boolean {
  return partitionerNamed(kind).byClass;
}

/**
 * For each client the positions in `labels` that the configured rule gives it.
 * @throws PartitionInvalid naming the field of the configuration that must change
 */
export function divideBy(input: PartitionInput<PartitionSettings>): readonly Uint32Array[] {
  return partitionerNamed(input.settings.kind).divide(input);
}

function partitionerNamed(kind: PartitionKind): Partitioner {
  const found: Partitioner | undefined = partitionKinds.find(
    ({ settings }) => settings.shape.kind.safeParse(kind).success,
  );
  if (!found) throw new RangeError(`there is no partitioner ${kind}`);
  return found;
}
