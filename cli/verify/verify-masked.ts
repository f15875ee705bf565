import { isDeepStrictEqual } from "node:util";
import { boxesKey, openedKey, updateKey } from "../../shared/client/update-key.ts";
import { keys } from "../../shared/layout.ts";
import { ownerOf } from "../../shared/owners/signed-update.ts";
import { type BoxesRecord, boxesSha256, openBox } from "../../shared/secure-aggregation/boxes.ts";
import { mergeIntegers } from "../../shared/secure-aggregation/evaluation-integers.ts";
import { coordinatorsKeys } from "../../shared/secure-aggregation/helper-keys.ts";
import type { MasksOpened } from "../../shared/secure-aggregation/records.ts";
import { contextSha256, type RoundContext } from "../../shared/secure-aggregation/round-context.ts";
import { addStream, helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import { UpdateIntegers } from "../../shared/secure-aggregation/update-integers.ts";
import { firstDifference, zeros } from "../../shared/secure-aggregation/words.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { outputsOf, taskOf } from "../../shared/task/tasks.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { TimedRound } from "../../shared/workflow/round-records.ts";
import type { GatheredUpdates } from "../../storage/gathered-updates.ts";
import { readBoxes } from "../../storage/masked-objects.ts";
import { againOf, takeMasked } from "../../storage/taken-round.ts";
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
import type { Scene } from "./scene.ts";
import { verifyKept } from "./verify-kept.ts";
import type { AttemptedRound } from "./verify-reports.ts";

type Metrics = TimedRound & AttemptedRound;

/**
 * Computes a round of masked updates again: from the masked updates and what the helpers have opened the model and all figures; and,
 * where the coordinator stands in for the helpers, what they have opened from the boxes. Where any of it has expired, its figures are
 * still those that its model makes of the data set's examples.
 */
export async function verifyMasked(
  scene: Scene,
  plan: Plan,
  judge: Judge | undefined,
  round: RoundToVerify,
  metrics: Metrics,
): Promise<VerifiedRound> {
  const { audit } = scene;
  const { before, participants, ended, medianNorm } = round;
  const { masks } = metrics;
  const key = keys.roundMetrics(plan.run, metrics.round);
  const findings = audit.findings.length;
  if (!masks) audit.found(key, "says nothing of masks");
  checkNames(scene, round, metrics, key);
  const there = expectObjects(scene, plan, round, metrics);
  const judged = judge && before && (await judgedBy(judge, before.model.parameters, participants, metrics));
  const computes = before && before.previous !== undefined && masks && there;
  const decided = masks && { ...metrics, ended, masks };
  const taken =
    computes && decided
      ? await audit.read(key, () =>
          takeMasked(scene.objects, plan, startOf(before, medianNorm), decided, beginningOf(scene, before)),
        )
      : undefined;
  const strategy = openStrategy(plan.config.federation.strategy);
  await verifyKept(scene, plan, strategy, metrics, participants, taken?.headers ?? []);
  if (!before || !taken || !decided) return followChain(scene, plan, round, judged);
  await checkBoxes(scene, plan, round, metrics, decided.masks, taken);
  const opened = await audit.read(key, async () => taken.masked.open(taken.streams));
  if (!opened || audit.findings.length > findings) return followChain(scene, plan, round, judged);
  if (judged) {
    const told = judged.map(({ evaluation }) => evaluation);
    const task = taskOf(plan.config);
    const together = mergeIntegers(task, told, outputsOf(plan.config, plan.dataset));
    audit.compare(key, { evaluation: opened.evaluation }, { evaluation: together });
  }
  const { next, outcome } = await againOf(plan, decided, opened, participants, before.model);
  return compareOutcome(scene, plan, round.stored.raw, { metrics, before, outcome, next });
}

function startOf({ model, state, previous = null }: RoundBase, medianNorm: number | null) {
  return { parameters: model.parameters, previous, state, medianNorm };
}

/** Every participant's update was opened or was not, once, and nobody else's. */
function checkNames({ audit }: Scene, { participants }: RoundToVerify, metrics: Metrics, key: string): void {
  const named = [...metrics.updates, ...metrics.silent].map(({ client }) => client).sort((a, b) => a - b);
  const asked = participants.map(({ client }) => client).sort((a, b) => a - b);
  if (named.join() === asked.join()) return;
  audit.found(key, `names clients ${named.join(", ")}, and ${asked.join(", ")} were to take part`);
}

/**
 * Says which objects the round has reason to hold.
 * @returns whether all are there that it was made of
 */
function expectObjects(scene: Scene, plan: Plan, { participants }: RoundToVerify, metrics: Metrics): boolean {
  const { inventory, audit } = scene;
  const { round, attempt, updates, masks } = metrics;
  const { excused, why } = scene.absence(round);
  const counted = new Set(updates.map(({ client }) => client));
  let there = true;
  const expect = (key: string) => {
    if (inventory.expect(key)) return;
    there = false;
    if (!excused) audit.found(key, `is missing: ${why}`);
  };
  for (const { client } of participants) {
    const own = [updateKey(plan, client, round, attempt), boxesKey(plan, client, round, attempt)];
    for (const key of own) {
      if (counted.has(client)) expect(key);
      else tellUnused(scene, key);
    }
  }
  for (const helper of helperNumbers) {
    const key = openedKey(plan, helper, round, attempt);
    if (masks?.helpers.some((one) => one.helper === helper)) expect(key);
    else tellUnused(scene, key);
  }
  return there;
}

/** What was left out lies behind masks that nobody can open: whether it was rightly left out, nothing tells. */
function tellUnused({ inventory, audit }: Scene, key: string): void {
  if (!inventory.expect(key)) return;
  audit.unchecked.push({ objects: key, why: "it was left out of its round, and nothing was made of it" });
}

/** The boxes are of this round and of these updates, and the streams of the seeds in them add up to what was opened. */
async function checkBoxes(
  { audit, objects, seal }: Scene,
  plan: Plan,
  { before, ended }: RoundToVerify,
  { round, attempt, updates }: Metrics,
  masks: MasksOpened,
  { headers, streams }: GatheredUpdates,
): Promise<void> {
  if (!before || seal === undefined) return;
  const { chainSha256, weightsSha256: globalSha256 } = before.model;
  const context: RoundContext = { run: plan.run, attempt, round, plan: seal, chainSha256, globalSha256 };
  const sha256 = contextSha256(context);
  const key = keys.roundMetrics(plan.run, round);
  if (masks.contextSha256 !== sha256) {
    audit.found(key, `says that its masks are of context ${masks.contextSha256}; the round's is ${sha256}`);
  }
  for (const { client } of updates) {
    const header = headers.find((one) => one.client === client);
    if (header?.contextSha256 === sha256 || !header) continue;
    audit.found(updateKey(plan, client, round, attempt), "says that it is of another round's context");
  }
  const boxes = await readAllBoxes({ audit, objects }, plan, context, updates, headers);
  // nobody but the owners that help can open what is sealed for them
  if (plan.helpers) return;
  const again = await openAgain(audit, plan, ended, boxes);
  for (const [i, helper] of helperNumbers.entries()) {
    if (firstDifference(again[i] ?? zeros(0), streams[helper]) === undefined) continue;
    audit.found(
      key,
      `the sum of seed ${helper} that was opened is not that of the seeds in the clients' boxes`,
    );
  }
}

/** The boxes of all updates that count, which are bound to these, and which owners have signed with them. */
async function readAllBoxes(
  { audit, objects }: Pick<Scene, "audit" | "objects">,
  plan: Plan,
  context: RoundContext,
  updates: Metrics["updates"],
  headers: GatheredUpdates["headers"],
): Promise<BoxesRecord[]> {
  const records: BoxesRecord[] = [];
  for (const { client, sha256, signed } of updates) {
    const header = headers.find((one) => one.client === client);
    const key = boxesKey(plan, client, context.round, context.attempt);
    if (!header) continue;
    const updateSha256 = plan.helpers ? header.headerSha256 : sha256;
    const record = await audit.read(key, () =>
      readBoxes(objects, plan, context, { client, task: header.task, updateSha256 }),
    );
    if (record) records.push(record);
    if (!record || !ownerOf(plan, client)) continue;
    // the update's signature was checked, and is for the boxes too
    const isSigned = signed?.statement.boxesSha256 === boxesSha256(record);
    if (isSigned && isDeepStrictEqual(record.signed, signed)) continue;
    audit.found(key, "its owner has signed other boxes with its update, or signed these otherwise");
  }
  return records;
}

/** Of each seed the sum of the streams that are made of the seeds in the boxes, where the coordinator stands in for the helpers. */
async function openAgain(
  audit: Scene["audit"],
  plan: Plan,
  ended: RoundToVerify["ended"],
  boxes: readonly BoxesRecord[],
) {
  const own = await coordinatorsKeys(plan.config.seed);
  const integers = new UpdateIntegers(plan);
  const again = helperNumbers.map(() => zeros(integers.length(ended === null ? "train" : "evaluate")));
  for (const record of boxes) {
    const { round, attempt } = record.context;
    await audit.read(boxesKey(plan, record.client, round, attempt), async () => {
      const words = 2 * integers.length(record.task);
      // the first two helpers know all three seeds; that the third's box is sealed alike, its opening tells
      const [first, second] = await Promise.all(
        ([1, 2] as const).map((helper) => openBox(record, helper, own[helper])),
      );
      for (const [i, helper] of helperNumbers.entries()) {
        const known = first?.get(helper) ?? second?.get(helper);
        if (known) addStream(again[i] ?? zeros(0), known, words);
      }
    });
  }
  return again;
}
