import type { Config } from "../config/schema.ts";
import type { Owner } from "../dataset/owners.ts";

type Settings = Config["partition"];

export type Kind = Settings["kind"];

/** The fields of each kind. */
type SettingsOf = { readonly [S in Settings as S["kind"]]: S };

export interface PartitionInput<K extends Kind = Kind> {
  /** The class of each example that takes part. */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly settings: SettingsOf[K];
  readonly seed: number;
  /** Whose the examples are, where that is known: the first so many are the first owner's, and so on. */
  readonly owners?: readonly Owner[] | undefined;
}

/**
 * Divides the examples: for each client the positions in `labels` that it gets, every position exactly once.
 * @throws PartitionInvalid naming the field of the configuration that must change
 */
export type Partitioner<K extends Kind = Kind> = (input: PartitionInput<K>) => readonly Uint32Array[];
