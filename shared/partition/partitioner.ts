import type { Config } from "../config/schema.ts";

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
}

/**
 * Divides the examples: for each client the positions in `labels` that it gets, every position exactly once.
 * @throws PartitionInvalid naming the field of the configuration that must change
 */
export type Partitioner<K extends Kind = Kind> = (input: PartitionInput<K>) => readonly Uint32Array[];
