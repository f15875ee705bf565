import { updateKey } from "../../shared/client/update-key.ts";
import { keys } from "../../shared/layout.ts";
import { type ClientEvaluation, roundOutcomeOf } from "../../shared/metrics/round-metrics.ts";
import { asRecorded, type Release } from "../../shared/privacy/clients/release.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { centralNoiseIn } from "../../shared/privacy/private-steps.ts";
import { assertReported } from "../../shared/rounds/assert-reported.ts";
import { OpenRound } from "../../shared/rounds/open-round.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { type RoundMetrics, roundUpdates, type TimedRound } from "../../shared/workflow/round-records.ts";
import { readState } from "../../storage/strategy-objects.ts";
import { digestsAfter } from "../../storage/taken-round.ts";
import type { ReceivedUpdate, RoundAttempt } from "../../storage/update-objects.ts";
import {
  beginningOf,
  compareOutcome,
  followChain,
  judgedBy,
  type RoundBase,
  type RoundToVerify,
  type VerifiedRound,
} from "./computed-round.ts";
import type { Judge } from "./judge.ts";
import { tellOtherAttempts } from "./other-attempts.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";
import { verifyKept } from "./verify-kept.ts";
import { verifyMasked } from "./verify-masked.ts";
import { verifyReports } from "./verify-reports.ts";

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
  const strategy = strategyOf(plan.config);
  if (hasMasks(plan.config)) return verifyMasked(scene, plan, judge, round, metrics);
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

/** What was decided on before the round was made of it is what the round's metrics say. */
async function verifyCounted(
  scene: Scene,
  { run }: Plan,
  { round, attempt, updates, silent, masks }: RoundMetrics,
  ended: RoundToVerify["ended"],
): Promise<void> {
  const key = keys.roundUpdates(run, round);
  const stored = await storedRecord(scene, key, roundUpdates);
  if (!stored) return;
  scene.audit.compare(key, stored.raw, { round, attempt, ended, updates, silent, ...(masks && { masks }) });
}

function openRound(
  plan: Plan,
  { round, attempt }: RoundAttempt,
  { model, state, previous = null }: RoundBase,
  medianNorm: number | null,
): OpenRound {
  return new OpenRound(plan, round, { attempt, parameters: model.parameters, previous, state, medianNorm });
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

/** What the round has told of its sums, where it hides its clients: the noise in it nobody can draw again. */
async function recordedRelease(
  { objects }: Scene,
  plan: Plan,
  { round, stateSha256 }: Pick<RoundMetrics, "round" | "stateSha256">,
): Promise<Release | undefined> {
  if (!centralNoiseIn(plan.config)) return undefined;
  const { vectors } = await readState(objects, plan, strategyOf(plan.config), round, stateSha256);
  return asRecorded(vectors);
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

  const next =
    ended === null
      ? await audit.read(key, async () => open.finish(await recordedRelease(scene, plan, metrics)))
      : null;
  if (next === undefined) return { metrics, after: undefined, replayed: false };
  const after = await digestsAfter(plan, round, next);
  const outcome = roundOutcomeOf(plan, metrics, { updates, silent }, { before: before.model, after });
  return compareOutcome(scene, plan, raw, { metrics, before, outcome, next });
}
