import type * as z from "zod";
import type { Owner } from "../dataset/owners.ts";

export interface PartitionInput<Settings> {
  /** The class of each example that takes part. */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly settings: Settings;
  readonly seed: number;
  /** Whose the examples are, where that is known: the first so many are the first owner's, and so on. */
  readonly owners?: readonly Owner[] | undefined;
}

/**
 * Divides the examples: for each client the positions in `labels` that it gets, every position exactly once.
 * @throws PartitionInvalid naming the field of the configuration that must change
 */
type Divide<Settings> = (input: PartitionInput<Settings>) => readonly Uint32Array[];

/** A rule that divides a data set among clients, and its fields in the configuration. */
export interface Partitioner<Settings extends z.ZodObject = z.ZodObject> {
  readonly settings: Settings;
  /** Whether the classes of the examples decide who gets them. */
  readonly byClass: boolean;
  divide(input: PartitionInput<z.output<Settings>>): readonly Uint32Array[];
}

/**
 * @param settings with a field kind, which names it
 * @param byClass whether the classes of the examples decide who gets them
 */
export function definePartitioner<Settings extends z.ZodObject>(
  settings: Settings,
  divide: Divide<z.output<Settings>>,
  { byClass = false } = {},
): Partitioner<Settings> {
  return { settings, byClass, divide };
}
