import { type Published, presets } from "../shared/config/presets.ts";
import { publicationOf } from "../shared/config/published.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import { mnistDigest, sampleDigest } from "../shared/dataset/known-digests.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { configurationValues } from "./configuration-differences.ts";
import { wholeNumber } from "./numbers.ts";
import { commandLine, configuredArguments } from "./repeat-command.ts";

type Told = Pick<Outcome, "config" | "dataset" | "from">;

/** The published figures that may stand beside a run's own. */
export function publishedBeside(run: Told): Published | undefined {
  const publication = publicationOf(run);
  return publication?.comparable ? publication.figures : undefined;
}

/** What a reader has to know who would take the figures for those of the publication, or of all of MNIST. */
export function dataNotes(run: Told): string[] {
  return [...sampleNotes(run), ...publicationNotes(run)];
}

function sampleNotes({ config, dataset }: Told): string[] {
  if (dataset.digest !== sampleDigest) return [];
  return [
    `This is the sample: ${wholeNumber(dataset.examples)} digits that fedstep carries, which stand in for MNIST's 70,000.`,
    ...settingsOnSample(config),
  ];
}

/** What the preset sets otherwise for the sample and why, where the configuration has it so. */
export function settingsOnSample(config: Told["config"]): string[] {
  const preset = Object.hasOwn(presets, config.preset) ? presets[config.preset] : undefined;
  if (!preset?.onSample) return [];
  const values = (sample: boolean) => configurationValues(resolveConfig({ preset: config.preset, sample }));
  const usual = new Map(values(false).map(({ path, value }) => [path, written(value)]));
  const taken = new Map(configurationValues(config).map(({ path, value }) => [path, written(value)]));
  const differ = values(true).filter(({ path, value }) => usual.get(path) !== written(value));
  if (!differ.every(({ path, value }) => taken.get(path) === written(value))) return [];
  const settings = differ.map(
    ({ path, value }) => `${path} ${written(value)} in place of ${usual.get(path)}`,
  );
  return [`On it preset ${config.preset} has ${settings.join(", ")}: ${preset.onSample.why}.`];
}

const written = (value: unknown) => JSON.stringify(value);

function publicationNotes(run: Told): string[] {
  const publication = publicationOf(run);
  if (!publication || publication.comparable) return [];
  const { preset } = publication;
  const own = new Map(
    configurationValues(resolveConfig({ preset })).map(({ path, value }) => [path, written(value)]),
  );
  const differ = configurationValues(run.config)
    .filter(({ path, value }) => path !== "seed" && own.get(path) !== written(value))
    .map(({ path }) => path);
  const why = [
    ...(run.dataset.digest === mnistDigest ? [] : ["its data"]),
    ...differ,
    ...(run.from ? [`the rounds of ${run.from.run} that it goes on from`] : []),
  ];
  return [
    `The figures published for preset ${preset} are left out: they take all 70,000 images of MNIST and the preset as it ` +
      `stands, and this run differs in ${why.join(", ")}.`,
  ];
}

/**
 * The command that does on all of MNIST what a run did on the sample; undefined where it did not run on the sample.
 * @param program as whoever reads it calls fedstep
 */
export function commandOnMnist({ config, dataset, from }: Told, program = "fedstep"): string | undefined {
  if (dataset.digest !== sampleDigest || from) return undefined;
  return `${program} ${commandLine([...configuredArguments({ config, dataset }), "--data", "DIR"])}`;
}

export const whereDirIs =
  "DIR holds MNIST's four files; without --data they come from a mirror, where one can be reached";
