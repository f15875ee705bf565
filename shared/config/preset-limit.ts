import { presets } from "./presets.ts";
import type { Config } from "./schema.ts";

/**
 * A preset's dataset.limit keeps a run short, and gives way to a data set that has fewer examples; the configuration
 * then says that all of them take part. A limit that somebody chose stays, to be refused.
 */
export function withinData(config: Config, examples: number): Config {
  const { limit } = config.dataset;
  const preset = Object.hasOwn(presets, config.preset) ? presets[config.preset] : undefined;
  if (limit === null || limit <= examples || limit !== preset?.config.dataset?.limit) return config;
  return { ...config, dataset: { ...config.dataset, limit: null } };
}
