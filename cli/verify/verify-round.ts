import { updateKey } from "../../shared/client/update-key.ts";
import { sha256Hex, weightsSha256 } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { type ClientEvaluation, evaluatedOf, roundOutcomeOf } from "../../shared/metrics/round-metrics.ts";
import type { RoundBeginning } from "../../shared/owners/signed-update.ts";
import { assertReported } from "../../shared/rounds/assert-reported.ts";
import type { NextRound } from "../../shared/rounds/next-round.ts";
import { OpenRound, type StrategyState } from "../../shared/rounds/open-round.ts";
import type { Participant } from "../../shared/rounds/participants.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { hasState } from "../../shared/strategy/strategy.ts";
import { chainAfter, roundLink } from "../../shared/workflow/chain.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import {
  type RoundMetrics,
  roundUpdates,
  type TimedRound,
  timesOf,
} from "../../shared/workflow/round-records.ts";
import { encodeGlobal, type LinkedGlobal, readLinkedGlobal } from "../../storage/model-objects.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import { encodeState, readState } from "../../storage/strategy-objects.ts";
import type { ReceivedUpdate, RoundAttempt } from "../../storage/update-objects.ts";
import { compareTensors } from "./compare-objects.ts";
import type { Judge } from "./judge.ts";
import { tellOtherAttempts } from "./other-attempts.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";
import { verifyKept } from "./verify-kept.ts";
import { verifyReports } from "./verify-reports.ts";

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

/**
 * Computes a round again from its updates, and compares every object with what the others say of it. Where updates have
 * expired, its figures are still those that its model makes of the data set's examples, and the rest is what the chain
 * of digests says.
 */
export async function verifyRound(
  scene: Scene,
  plan: Plan,
  judge: Judge | undefined,
  round: RoundToVerify,
): Promise<VerifiedRound> {
  const { stored, participants, ended, before, medianNorm } = round;
  // the schema of older records allows for none; of those this format writes, the set of updates tells whether it is right
  const metrics = { ...stored.record, attempt: stored.record.attempt ?? 1 };
  await verifyCounted(scene, plan, metrics, ended);
  tellOtherAttempts(scene, plan, metrics, participants);
  const strategy = openStrategy(plan.config.federation.strategy);
  const open = before ? openRound(plan, metrics, before, medianNorm) : null;
  const { updates, expired, sound } = await verifyReports(scene, plan, {
    strategy,
    participants,
    metrics,
    begins: beginningOf(scene, before),
    open,
  });
  await verifyKept(scene, plan, strategy, metrics, participants, updates);
  const judged = judge && before && (await judgedBy(judge, before.model.parameters, participants, metrics));
  if (judged) checkClaims(scene, plan, metrics, updates, judged);
  return before && open && before.previous !== undefined && sound && expired.length === 0
    ? replay(scene, plan, round, metrics, { before, open }, updates)
    : followChain(scene, plan, round, judged);
}

/** What owners have signed that the round begins with. */
function beginningOf({ seal }: Scene, before: RoundBase | undefined): RoundBeginning | undefined {
  if (seal === undefined || !before) return undefined;
  const { chainSha256, weightsSha256 } = before.model;
  return { plan: seal, chainSha256, globalSha256: weightsSha256 };
}

/** What was decided on before the round was made of it is what the round's metrics say. */
async function verifyCounted(
  scene: Scene,
  { run }: Plan,
  { round, attempt, updates, silent }: RoundMetrics,
  ended: RoundToVerify["ended"],
): Promise<void> {
  const key = keys.roundUpdates(run, round);
  const stored = await storedRecord(scene, key, roundUpdates);
  if (stored) scene.audit.compare(key, stored.raw, { round, attempt, ended, updates, silent });
}

function openRound(
  plan: Plan,
  { round, attempt }: RoundAttempt,
  { model, state, previous = null }: RoundBase,
  medianNorm: number | null,
): OpenRound {
  return new OpenRound(plan, round, { attempt, parameters: model.parameters, previous, state, medianNorm });
}

/** What the model that a round started from does on the examples of those who reported. */
async function judgedBy(
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

/** What each client claims of the model against what the model does on its examples. */
function checkClaims(
  { audit }: Scene,
  plan: Plan,
  { round, attempt }: RoundAttempt,
  updates: readonly ReceivedUpdate[],
  judged: readonly ClientEvaluation[],
): void {
  for (const { client, evaluation } of updates) {
    const found = judged.find((one) => one.client === client);
    if (found) audit.compare(updateKey(plan, client, round, attempt), evaluation, found.evaluation);
  }
}

async function replay(
  scene: Scene,
  plan: Plan,
  { stored: { raw }, participants }: RoundToVerify,
  metrics: TimedRound & RoundAttempt,
  { before, open }: { readonly before: RoundBase; readonly open: OpenRound },
  updates: readonly ReceivedUpdate[],
): Promise<VerifiedRound> {
  const { audit } = scene;
  const { round } = metrics;
  const key = keys.roundMetrics(plan.run, round);
  const silent = [...metrics.silent].sort((a, b) => a.client - b.client);
  const ended = metrics.task === "train" ? null : "rounds";
  await audit.read(key, async () =>
    assertReported(plan, { round, participants, ended }, { updates, silent }),
  );

  const next = ended === null ? await audit.read(key, async () => open.finish()) : null;
  if (next === undefined) return { metrics, after: undefined, replayed: false };
  const strategy = openStrategy(plan.config.federation.strategy);
  const state = next && hasState(strategy) ? encodeState(plan, strategy, round, next.state) : null;
  const after = next && {
    weightsSha256: await weightsSha256(next.parameters),
    stateSha256: state && (await sha256Hex(state)),
  };
  const outcome = roundOutcomeOf(plan, metrics, { updates, silent }, { before: before.model, after });
  audit.compare(key, raw, outcome);
  const again = { ...outcome, ...timesOf(metrics) };
  if (!next || !after) return { metrics: again, after: undefined, replayed: true };

  const link = { ...roundLink(before.model.chainSha256, outcome), weightsSha256: after.weightsSha256 };
  const model = encodeGlobal(plan, round, next.parameters, link);
  await compareTensors(scene, keys.global(plan.run, round), model, "the round's updates");
  if (state) await compareTensors(scene, keys.roundState(plan.run, round), state, "the round's updates");
  const linked = { ...link, parameters: next.parameters, chainSha256: outcome.chainSha256 };
  const base = { model: linked, state: next.state, previous: before.model.parameters };
  return { metrics: again, after: base, replayed: true };
}

/** What can be said of a round whose updates are not all there, or not what they were. */
async function followChain(
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
  const strategy = openStrategy(plan.config.federation.strategy);
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
  const told = clients.map(
    ({ task: _task, trainingLoss: _loss, update: _update, alone: _alone, ...evaluated }) => evaluated,
  );
  audit.compare(keys.roundMetrics(plan.run, round), { evaluated, clients: told }, figures);
}
