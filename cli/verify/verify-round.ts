import { weightsSha256 } from "../../shared/digest.ts";
import { FedstepError } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { accuracy, meanLoss, mergeEvaluations } from "../../shared/metrics/evaluation.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { Strategy, Vectors } from "../../shared/strategy/strategy.ts";
import { chainAfter, roundLink } from "../../shared/workflow/chain.ts";
import type { Plan, RoundMetrics } from "../../shared/workflow/records.ts";
import { type LinkedGlobal, readLinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import { readState, type StrategyState } from "../../storage/strategy-objects.ts";
import { type CheckedUpdate, readUpdate } from "../../storage/update-objects.ts";
import type { Finding } from "./finding.ts";

export interface VerifiedRound {
  readonly findings: readonly Finding[];
  /** Whether the model was computed again; not where updates have expired. */
  readonly replayed: boolean;
}

/**
 * Computes a round again from its updates, and compares every object with what the others say of it: updates with the
 * digests that the round's metrics hold, the new model with the strategy's result, metrics with the evaluations.
 * @param before the global model of the round before, where it is what it should be
 */
export async function verifyRound(
  objects: Objects,
  plan: Plan,
  { record: metrics, raw }: SealedRecord<RoundMetrics>,
  before: LinkedGlobal | undefined,
): Promise<VerifiedRound> {
  const { round } = metrics;
  const metricsKey = keys.roundMetrics(plan.run, round);
  const findings: Finding[] = [];
  const updates: CheckedUpdate[] = [];
  for (const seen of metrics.updates) {
    const key = keys.update(plan.run, round, seen.client);
    const read = await updateOf(objects, plan, metrics, seen.client);
    // updates expire; what is left of the round is compared all the same
    if (read === "missing") continue;
    if ("problem" in read) {
      findings.push({ key, problem: read.problem });
    } else if (read.sha256 !== seen.sha256) {
      findings.push({
        key,
        problem: `has digest ${read.sha256}; the round was aggregated with ${seen.sha256}`,
      });
    } else {
      updates.push(read);
    }
  }
  const complete = updates.length === metrics.updates.length;
  if (complete) findings.push(...evaluationFindings(plan, metrics, metricsKey, updates));
  const model = await modelOf(objects, plan, metrics);
  if ("problem" in model) findings.push({ key: keys.global(plan.run, round), problem: model.problem });
  if (before) findings.push(...chainFindings(metrics, raw, metricsKey, before));
  if (!complete || findings.length > 0) return { findings, replayed: false };
  if (metrics.task === "evaluate") return { findings, replayed: true };
  if (!before) return { findings, replayed: false };
  findings.push(...(await replayFindings(objects, plan, metrics, before, updates)));
  return { findings, replayed: true };
}

async function updateOf(
  objects: Objects,
  plan: Plan,
  metrics: RoundMetrics,
  client: number,
): Promise<CheckedUpdate | { problem: string } | "missing"> {
  const trained = metrics.clients.some((one) => one.client === client && one.update !== null);
  const strategy = openStrategy(plan.config.federation.strategy);
  try {
    return await readUpdate(objects, plan, strategy, metrics.round, {
      client,
      task: trained ? "train" : "evaluate",
    });
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    return error.name === "ObjectMissing" ? "missing" : { problem: error.message };
  }
}

function evaluationFindings(
  { shape }: Plan,
  { evaluated }: RoundMetrics,
  key: string,
  updates: readonly CheckedUpdate[],
): Finding[] {
  const union = mergeEvaluations(
    updates.map(({ evaluation }) => evaluation),
    shape.classes,
  );
  const same =
    evaluated.accuracy === accuracy(union) &&
    evaluated.loss === meanLoss(union) &&
    JSON.stringify(evaluated.confusion) === JSON.stringify(union.confusion);
  return same
    ? []
    : [{ key, problem: "its accuracy, loss or confusion is not that of the round's evaluations" }];
}

/** The round's model and its place in the chain, as they stand. */
async function modelOf(
  objects: Objects,
  plan: Plan,
  { round, task, weightsSha256: told, chainSha256 }: RoundMetrics,
): Promise<LinkedGlobal | { problem: string } | Record<string, never>> {
  if (task === "evaluate") return {};
  try {
    const model = await readLinkedGlobal(objects, plan, round);
    if (model.weightsSha256 !== told) {
      return { problem: `has digest ${model.weightsSha256}; the round's metrics say ${told}` };
    }
    return model.chainSha256 === chainSha256
      ? model
      : { problem: `is linked to ${model.chainSha256}; the round's metrics say ${chainSha256}` };
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    return { problem: error.message };
  }
}

function chainFindings(metrics: RoundMetrics, raw: object, key: string, before: LinkedGlobal): Finding[] {
  const expected = chainAfter(roundLink(before.chainSha256, metrics, raw));
  if (expected === metrics.chainSha256) return [];
  return [{ key, problem: `its chain is ${metrics.chainSha256}, and what it says makes ${expected}` }];
}

/** Where every object is what its digest says, the model must still follow from them. */
async function replayFindings(
  objects: Objects,
  plan: Plan,
  { round, weightsSha256: told, stateSha256 }: RoundMetrics,
  before: LinkedGlobal,
  updates: readonly CheckedUpdate[],
): Promise<Finding[]> {
  const { training, federation } = plan.config;
  const strategy = openStrategy(federation.strategy);
  const start = await stateOf(objects, plan, strategy, round - 1, before.stateSha256);
  if ("problem" in start) return [start];
  const { vectors } = start;
  const { parameters, state } = strategy.aggregate({
    global: before.parameters,
    state: vectors,
    updates: updates.filter(({ task }) => task === "train"),
    momentum: training.momentum,
    federationExamples: plan.clients.reduce((sum, { train }) => sum + train, 0),
  });
  const found = await weightsSha256(parameters);
  if (found !== told) {
    const stateful = Object.keys(vectors).length > 0 && round > 1;
    return [
      {
        key: keys.global(plan.run, round),
        problem:
          `does not follow from the round's updates, which make ${found}` +
          (stateful ? `; or ${keys.roundState(plan.run, round - 1)} was changed` : ""),
      },
    ];
  }
  const stored = await stateOf(objects, plan, strategy, round, stateSha256);
  if ("problem" in stored) return [stored];
  const changed = Object.keys(state).find((name) => !sameBits(state[name], stored.vectors[name]));
  return changed === undefined
    ? []
    : [
        {
          key: keys.roundState(plan.run, round),
          problem: `its ${changed} does not follow from the round's updates`,
        },
      ];
}

async function stateOf(
  objects: Objects,
  plan: Plan,
  strategy: Strategy,
  round: number,
  sha256: string | null,
): Promise<StrategyState | Finding> {
  try {
    return await readState(objects, plan, strategy, round, sha256);
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    return { key: keys.roundState(plan.run, round), problem: error.message };
  }
}

function sameBits(a: Vectors[string] | undefined, b: Vectors[string] | undefined): boolean {
  if (!a || !b || a.length !== b.length) return false;
  const bytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return bytes(a).equals(bytes(b));
}
