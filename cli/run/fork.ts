import { isDeepStrictEqual } from "node:util";
import { dataSizing, type Sizing } from "../../cloud/sizing.ts";
import { show } from "../../shared/config/explain.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import { configInvalid, forkInvalid, runMissing } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { dividedOtherwiseBy } from "../../shared/partition/division-fields.ts";
import { anyGuaranteeIn, guaranteeIn, stepsOfTraining } from "../../shared/privacy/private-steps.ts";
import { type DatasetRecord, type RunRecord, runRecord } from "../../shared/workflow/run-record.ts";
import { readDataset } from "../../storage/dataset-objects.ts";
import { commandFor } from "../targets/command-for.ts";
import type { Runs } from "../targets/target.ts";

export interface ForkedFrom {
  readonly from: NonNullable<RunRecord["from"]>;
  readonly config: Config;
  readonly dataset: DatasetRecord;
  readonly sizing: Sizing;
}

/** RUN@ROUND. @throws ForkInvalid */
export function parseFork(text: string): ForkedFrom["from"] {
  const at = text.lastIndexOf("@");
  const round = Number(text.slice(at + 1));
  if (at > 0 && Number.isInteger(round) && round >= 1) return { run: text.slice(0, at), round };
  throw forkInvalid(`--from: got "${text}"; takes RUN@ROUND, such as first@50`);
}

/**
 * What a run that goes on from a round of another one is: that one's configuration with changes, over its data set.
 * @throws RunMissing, ConfigInvalid, ForkInvalid, PartitionInvalid
 */
export async function planFork(
  runs: Runs,
  from: ForkedFrom["from"],
  changes: { readonly file?: unknown; readonly set: readonly string[] },
): Promise<ForkedFrom> {
  const { objects } = runs;
  const parent = await objects.findRecord(keys.config(from.run), runRecord);
  if (!parent)
    throw runMissing(`--from: there is no run "${from.run}"; ${commandFor(runs, "runs")} lists them`);
  if (parent.owners) {
    throw forkInvalid(
      `--from: the clients of ${from.run} are owners who have agreed to runs from the beginning, and take part in no other; ` +
        `start one with --federation ${parent.owners.agreement.federation}`,
    );
  }
  const { dataset } = parent;
  const config = resolveConfig({ base: parent.config, ...changes });
  checkModel(config, parent);
  checkDivision(config, parent);
  checkPrivacyTaken(config, parent);
  if (config.federation.rounds <= from.round) {
    throw configInvalid(
      `federation.rounds: got ${config.federation.rounds}, and the run begins with ${from.round} rounds of ` +
        `${from.run}; take more with --rounds`,
    );
  }
  const metrics = keys.roundMetrics(from.run, from.round);
  if (!(await objects.exists(keys.global(from.run, from.round))) || !(await objects.exists(metrics))) {
    throw forkInvalid(`--from: run ${from.run} has not completed round ${from.round}`);
  }
  const content = await readDataset(objects, dataset);
  return { from, config, dataset, sizing: dataSizing(config, content) };
}

/** @throws ConfigInvalid naming each field that would make another model, or use it for another task */
function checkModel(own: Config, { run, config }: RunRecord): void {
  const shape = (name: string, got: string, has: string) =>
    `model.${name}: got ${got}, and the model of ${run} has ${has}; a run goes on from a model of its own shape`;
  const task = (name: string, got: string, has: string) =>
    `task.${name}: got ${got}, and the model of ${run} was trained with ${has}; a run goes on with the task of its model`;
  const problems = [...differing(own.model, config.model, shape), ...differing(own.task, config.task, task)];
  if (problems.length > 0) throw configInvalid(problems.join("\n"));
}

/**
 * The rounds that are taken over have spent by the parent's noise, and the whole run is to have spent by one.
 * @throws ForkInvalid
 */
function checkPrivacyTaken(config: Config, { run, config: parents }: RunRecord): void {
  const [own, taken] = [anyGuaranteeIn(config), anyGuaranteeIn(parents)];
  if (!own && !taken) return;
  if (!own || !taken) {
    throw forkInvalid(
      `--from: ${run} promises privacy.unit ${parents.privacy.unit}, and this run would ${config.privacy.unit}: what its rounds ` +
        "have told cannot be taken back; start a run of its own",
    );
  }
  const same = isDeepStrictEqual(own, taken) && stepsOf(config) === stepsOf(parents);
  if (same && own.noiseMultiplier !== null) return;
  throw forkInvalid(
    `--from: the rounds of ${run} have the noise that its own length and privacy asked for, and all rounds of a run have the same; ` +
      "go on from a run with privacy.noiseMultiplier, and leave privacy and training.localEpochs as they are there, or start a " +
      "run of its own",
  );
}

/** Of a client in a round; a whole client's are no matter to anybody. */
function stepsOf(config: Config): number | undefined {
  const guarantee = guaranteeIn(config);
  return guarantee && stepsOfTraining(config, guarantee);
}

/** What is said of each field of a section that is not the parent's. */
function differing(
  section: object,
  parents: object,
  say: (name: string, got: string, has: string) => string,
): string[] {
  const own = new Map<string, unknown>(Object.entries(section));
  const others = new Map<string, unknown>(Object.entries(parents));
  const names = [...new Set([...own.keys(), ...others.keys()])];
  return names.flatMap((name) => {
    const [got, has] = [show(own.get(name)), show(others.get(name))];
    return got === has ? [] : [say(name, got, has)];
  });
}

/**
 * Divided anew, clients would hold out what the model that is taken over was trained on, and its score would be that
 * of examples it knows.
 * @throws ForkInvalid
 */
function checkDivision(config: Config, parent: RunRecord): void {
  const fields = dividedOtherwiseBy(config, parent.config);
  if (fields.length === 0) return;
  throw forkInvalid(
    `--from: ${fields.join(", ")} would divide the examples otherwise than ${parent.run} did, whose model was trained on ` +
      `some that would then be held out; leave ${fields.length === 1 ? "it" : "them"} as ${fields.length === 1 ? "it is" : "they are"}, or start a run of its own`,
  );
}
