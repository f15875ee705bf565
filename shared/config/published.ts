import { mnistDigest } from "../dataset/known-digests.ts";
import type { Result } from "../workflow/result-record.ts";
import type { DatasetRecord } from "../workflow/run-record.ts";
import { type Published, presets } from "./presets.ts";
import { resolveConfig } from "./resolve.ts";
import type { Config } from "./schema.ts";

export interface Publication {
  readonly preset: string;
  readonly figures: Published;
  /** Whether they may stand beside the run's own: the run is the published experiment. */
  readonly comparable: boolean;
}

/** What a run is, as far as that decides whether a publication is about the same. */
export interface Experiment {
  readonly config: Config;
  readonly dataset: Pick<DatasetRecord, "digest">;
  readonly from?: Result["from"];
}

/**
 * What the source of a run's preset reports; undefined where it reports nothing. The run is the same experiment where
 * its configuration is the preset's, with whatever seed, its data are all of MNIST, and every round is its own: a
 * preset's name alone says nothing of what was set on top of it.
 */
export function publicationOf({ config, dataset, from }: Experiment): Publication | undefined {
  const { preset, seed } = config;
  const figures = Object.hasOwn(presets, preset) ? presets[preset]?.published : undefined;
  if (!figures) return undefined;
  const own = resolveConfig({ preset, set: [`seed=${seed}`] });
  const same = JSON.stringify(own) === JSON.stringify(config);
  return { preset, figures, comparable: same && dataset.digest === mnistDigest && from === undefined };
}
