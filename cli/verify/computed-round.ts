import { keys } from "../../shared/layout.ts";
import { type ClientEvaluation, evaluatedOf } from "../../shared/metrics/round-metrics.ts";
import type { RoundBeginning } from "../../shared/owners/signed-update.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import type { NextRound } from "../../shared/rounds/next-round.ts";
import type { ModelWithState, StrategyState } from "../../shared/rounds/open-round.ts";
import type { Participant } from "../../shared/rounds/participants.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import { hasState } from "../../shared/strategy/strategy.ts";
import { chainAfter, roundLink } from "../../shared/workflow/chain.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { type RoundMetrics, type TimedRound, timesOf } from "../../shared/workflow/round-records.ts";
import { encodeGlobal, type LinkedGlobal, readLinkedGlobal } from "../../storage/model-objects.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import { readState } from "../../storage/strategy-objects.ts";
import { stateAfter } from "../../storage/taken-round.ts";
import { compareTensors } from "./compare-objects.ts";
import type { Judge } from "./judge.ts";
import type { Scene } from "./scene.ts";

/** What a round begins with. */
export interface RoundBase {
  readonly model: LinkedGlobal;
  readonly state: StrategyState;
  /** The model a round earlier; null where the run has none, undefined where it could not be told. */
  readonly previous: Float32Array | null | undefined;
}

/** A round as it was stored, and what it began with. */
export interface RoundToVerify {
  readonly stored: SealedRecord<TimedRound>;
  /** Who was to take part. */
  readonly participants: readonly Participant[];
  /** Why no further round trains; null where this one does. */
  readonly ended: NextRound["ended"];
  /** undefined where it could not be told. */
  readonly before: RoundBase | undefined;
  /** Of the updates that the round before accepted. */
  readonly medianNorm: number | null;
}

export interface VerifiedRound {
  /** As they must be where they could be reckoned again; else as they are stored. */
  readonly metrics: TimedRound;
  /** What the next round begins with; undefined after the final pass, and where it could not be told. */
  readonly after: RoundBase | undefined;
  /** Whether model and figures were computed again; not where updates have expired. */
  readonly replayed: boolean;
}

/** What owners have signed that the round begins with. */
export function beginningOf({ seal }: Scene, before: RoundBase | undefined): RoundBeginning | undefined {
  if (seal === undefined || !before) return undefined;
  const { chainSha256, weightsSha256 } = before.model;
  return { plan: seal, chainSha256, globalSha256: weightsSha256 };
}

/** What the model that a round started from does on the examples of those who reported. */
export async function judgedBy(
  judge: Judge,
  parameters: Float32Array,
  participants: readonly Participant[],
  { updates }: RoundMetrics,
): Promise<ClientEvaluation[]> {
  const found = [];
  for (const { client } of updates) {
    // whoever else is named there was found to have had no part
    if (!participants.some((one) => one.client === client)) continue;
    found.push({ client, evaluation: await judge.of(parameters, client) });
  }
  return found;
}

/** What a round that was computed again has made, and what it makes of it. */
export interface ComputedRound {
  readonly metrics: TimedRound;
  readonly before: RoundBase;
  readonly outcome: RoundMetrics;
  /** null in the final pass. */
  readonly next: ModelWithState | null;
}

/** Holds metrics, model and state against those that were computed again. */
export async function compareOutcome(
  scene: Scene,
  plan: Plan,
  raw: object,
  { metrics, before, outcome, next }: ComputedRound,
): Promise<VerifiedRound> {
  const { round } = metrics;
  const key = keys.roundMetrics(plan.run, round);
  scene.audit.compare(key, raw, outcome);
  const again = { ...outcome, ...timesOf(metrics) };
  const { weightsSha256 } = outcome;
  if (!next || weightsSha256 === null) return { metrics: again, after: undefined, replayed: true };
  const link = { ...roundLink(before.model.chainSha256, outcome), weightsSha256 };
  const model = encodeGlobal(plan, round, next.parameters, link);
  await compareTensors(scene, keys.global(plan.run, round), model, "the round's updates");
  const state = stateAfter(plan, round, next);
  if (state) await compareTensors(scene, keys.roundState(plan.run, round), state, "the round's updates");
  const linked = { ...link, parameters: next.parameters, chainSha256: outcome.chainSha256 };
  const base = { model: linked, state: next.state, previous: before.model.parameters };
  return { metrics: again, after: base, replayed: true };
}

/** What can be said of a round whose updates are not all there, or not what they were. */
export async function followChain(
  scene: Scene,
  plan: Plan,
  { stored: { record: metrics, raw }, before }: RoundToVerify,
  judged: readonly ClientEvaluation[] | undefined,
): Promise<VerifiedRound> {
  const { objects, audit, inventory } = scene;
  const { round } = metrics;
  const key = keys.roundMetrics(plan.run, round);
  if (before) {
    const chain = chainAfter(roundLink(before.model.chainSha256, metrics, raw));
    if (chain !== metrics.chainSha256) {
      audit.found(key, `its chain is ${metrics.chainSha256}, and what it says makes ${chain}`);
    }
  }
  if (judged) checkFigures(scene, plan, metrics, judged);
  if (metrics.task === "evaluate") return { metrics, after: undefined, replayed: false };
  const model = await readListed(keys.global(plan.run, round), (at) =>
    audit.read(at, () => readLinkedGlobal(objects, plan, round, metrics.chainSha256)),
  );
  const strategy = strategyOf(plan.config);
  const read = (at: string, sha256: string | null) =>
    audit.read(at, () => readState(objects, plan, strategy, round, sha256));
  if (!model) return { metrics, after: undefined, replayed: false };
  const stateKey = keys.roundState(plan.run, round);
  const state = hasState(strategy)
    ? await readListed(stateKey, (at) => read(at, model.stateSha256))
    : await read(stateKey, null);
  return { metrics, after: state && { model, state, previous: before?.model.parameters }, replayed: false };

  async function readListed<T>(at: string, reading: (key: string) => Promise<T | undefined>) {
    if (inventory.expect(at)) return reading(at);
    audit.found(at, "is missing");
    return undefined;
  }
}

/** The figures of a round's record are those that its model makes, whatever has become of the updates. */
function checkFigures(
  { audit }: Scene,
  plan: Plan,
  { round, evaluated, clients }: RoundMetrics,
  judged: readonly ClientEvaluation[],
): void {
  const figures = evaluatedOf(plan, round, judged);
  if (hasMasks(plan.config)) {
    audit.compare(keys.roundMetrics(plan.run, round), { evaluated }, { evaluated: figures.evaluated });
    return;
  }
  const told = clients.map(
    ({ task: _task, trainingLoss: _loss, update: _update, alone: _alone, ...evaluated }) => evaluated,
  );
  audit.compare(keys.roundMetrics(plan.run, round), { evaluated, clients: told }, figures);
}
