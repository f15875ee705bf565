import { isDeepStrictEqual } from "node:util";
import { weightsSha256 } from "../../shared/digest.ts";
import { FedstepError } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { initialParameters } from "../../shared/model/shape.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { keptRound } from "../../shared/rounds/kept-round.ts";
import { chainAfter, startLink, takenLink } from "../../shared/workflow/chain.ts";
import {
  type Plan,
  planRecord,
  type Result,
  type RoundMetrics,
  resultRecord,
  roundMetrics,
} from "../../shared/workflow/records.ts";
import { assertSameArithmetic } from "../../shared/workflow/writer.ts";
import { readCheckpoint } from "../../storage/checkpoint-objects.ts";
import { type LinkedGlobal, readLinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readRounds } from "../../storage/run-objects.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import { readRecord } from "../run/read-record.ts";
import type { Runs } from "../target/target.ts";
import type { Finding } from "./finding.ts";
import { verifyRound } from "./verify-round.ts";

export interface Verification {
  /** Rounds of its own, the final pass included, whose objects were all compared. */
  readonly rounds: number;
  /** Of these, rounds whose updates were still there and were aggregated again. */
  readonly replayed: number;
  readonly findings: readonly Finding[];
  /** The chain of digests at the last round: who has kept it elsewhere knows whether all of the run was replaced. */
  readonly chainSha256: string | undefined;
}

/**
 * Compares every object of a run with what the others say of it, and computes each round again from its updates.
 * @param told called after each round
 * @throws RunMissing
 */
export async function verifyRun(
  runs: Runs,
  run: string,
  told: (round: number) => void = () => {},
): Promise<Verification> {
  const { objects } = runs;
  const record = await readRecord(runs, run);
  const planned = await objects.findSealed(keys.plan(run), planRecord);
  if (!planned) return { rounds: 0, replayed: 0, findings: [], chainSha256: undefined };
  const { record: plan, seal, writer } = planned;
  assertSameArithmetic(run, writer);
  const findings: Finding[] = [];
  if (
    !isDeepStrictEqual(plan.config, record.config) ||
    plan.dataset.digest !== record.dataset.digest ||
    plan.partition !== partitionDigest(record.config, record.dataset.digest)
  ) {
    findings.push({ key: keys.plan(run), problem: `is not the plan of ${keys.config(run)}` });
  }
  const start = await startOf(objects, plan, seal);
  if ("problem" in start) findings.push({ key: keys.global(run, 0), problem: start.problem });

  let before = "problem" in start ? undefined : start;
  const taken = record.from?.round ?? 0;
  if (taken > 0 && before) {
    const model = await takenModel(objects, plan, seal, taken);
    if ("problem" in model) findings.push({ key: keys.global(run, taken), problem: model.problem });
    before = "problem" in model ? undefined : model;
  }
  let last: RoundMetrics | undefined;
  let replayed = 0;
  for (let round = taken + 1; ; round++) {
    const metrics = await metricsOf(objects, run, round);
    if (!metrics) break;
    if ("problem" in metrics) {
      findings.push({ key: keys.roundMetrics(run, round), problem: metrics.problem });
      before = await globalOf(objects, plan, round);
      continue;
    }
    const verified = await verifyRound(objects, plan, metrics, before);
    findings.push(...verified.findings);
    if (verified.replayed) replayed++;
    last = metrics.record;
    before = metrics.record.task === "train" ? await globalOf(objects, plan, round) : undefined;
    told(round);
  }
  findings.push(...(await resultFindings(objects, plan)));
  return {
    rounds: Math.max(0, (last?.round ?? 0) - taken),
    replayed,
    findings,
    chainSha256: last?.chainSha256,
  };
}

/** The model that a run has taken from another one, which has its own history to verify. */
async function takenModel(
  objects: Objects,
  plan: Plan,
  seal: string,
  round: number,
): Promise<LinkedGlobal | { problem: string }> {
  try {
    const model = await readLinkedGlobal(objects, plan, round);
    const { weightsSha256: told } = await objects.getRecord(keys.roundMetrics(plan.run, round), roundMetrics);
    if (model.weightsSha256 !== told) {
      return { problem: `has digest ${model.weightsSha256}; its round's metrics say ${told}` };
    }
    const link = takenLink(plan, seal);
    return link && model.chainSha256 === chainAfter(link)
      ? model
      : { problem: "its chain does not begin with the plan" };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** The model that the seed gives, at the chain's beginning. */
async function startOf(
  objects: Objects,
  plan: Plan,
  seal: string,
): Promise<LinkedGlobal | { problem: string }> {
  try {
    const start = await readLinkedGlobal(objects, plan, 0);
    const drawn = await weightsSha256(initialParameters(plan.shape, plan.config.seed));
    if (start.weightsSha256 !== drawn)
      return { problem: `is not the start that seed ${plan.config.seed} draws` };
    if (start.chainSha256 !== chainAfter(startLink(plan, seal)))
      return { problem: "its chain does not begin with the plan" };
    return start;
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

async function metricsOf(
  objects: Objects,
  run: string,
  round: number,
): Promise<SealedRecord<RoundMetrics> | { problem: string } | undefined> {
  try {
    return await objects.findSealed(keys.roundMetrics(run, round), roundMetrics);
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** What is wrong with it is found where its own round is verified. */
async function globalOf(objects: Objects, plan: Plan, round: number): Promise<LinkedGlobal | undefined> {
  try {
    return await readLinkedGlobal(objects, plan, round);
  } catch (error) {
    problemOf(error);
    return undefined;
  }
}

/** The result against the rounds, and the baseline's final model against the result. */
async function resultFindings(objects: Objects, plan: Plan): Promise<Finding[]> {
  const key = keys.result(plan.run);
  const findings: Finding[] = [];
  try {
    const result = await objects.findRecord(key, resultRecord);
    if (!result) return [];
    const { federated, baseline } = result;
    if (!(await follows(objects, plan, federated))) {
      findings.push({ key, problem: "is not the result of the rounds" });
    }
    if (!baseline) return findings;
    findings.push(...(await checkpointFindings(objects, plan, baseline)));
  } catch (error) {
    findings.push({ key, problem: problemOf(error) });
  }
  return findings;
}

async function checkpointFindings(
  objects: Objects,
  plan: Plan,
  { epochs, weightsSha256: told }: NonNullable<Result["baseline"]>,
): Promise<Finding[]> {
  const key = keys.baselineCheckpoint(plan.run, epochs.length);
  try {
    const { parameters } = await readCheckpoint(objects, plan, epochs.length);
    if ((await weightsSha256(parameters)) === told) return [];
    return [{ key, problem: "is not the model that the result speaks of" }];
  } catch (error) {
    return [{ key, problem: problemOf(error) }];
  }
}

/** Whether it tells what the rounds do, and of the model that is kept by that. */
async function follows(objects: Objects, plan: Plan, federated: Result["federated"]): Promise<boolean> {
  const { round, accuracy, rounds, weightsSha256: told, chainSha256 } = federated;
  const metrics = await readRounds(objects, plan.run, rounds.length + 1);
  const evaluated = (round: number) => metrics[round]?.evaluated.accuracy;
  return (
    rounds.every((one) => one.accuracy === evaluated(one.round)) &&
    keptRound(federated, plan).round === round &&
    accuracy === evaluated(round) &&
    told === metrics[round - 1]?.weightsSha256 &&
    chainSha256 === metrics.at(-1)?.chainSha256
  );
}

/** Faults of the objects are findings; anything else is raised. */
function problemOf(error: unknown): string {
  if (error instanceof FedstepError) return error.message;
  throw error;
}
