import { localAmount } from "../model/local-work.ts";
import { isFinalPass } from "../owners/final-pass.ts";
import { ownerOf } from "../owners/signed-update.ts";
import { guaranteeIn } from "../privacy/private-steps.ts";
import type { Participant } from "../rounds/participants.ts";
import { mostLoss } from "../task/most-loss.ts";
import type { PlannedExamples } from "../task/task-kind.ts";
import { taskOf } from "../task/tasks.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { UpdateHeader } from "../workflow/round-records.ts";

/**
 * What is false of an update's header, or undefined. The plan determines who evaluates on how many examples of each
 * class, and who trains how much: a claim of it counts only where it is that. What the plan cannot know, how well
 * they were predicted, must at least be possible, as the task says.
 */
export function falseClaim(
  plan: Plan,
  round: number,
  { client, task }: Participant,
  header: UpdateHeader,
): string | undefined {
  if (header.run !== plan.run || header.round !== round || header.client !== client) {
    return `says that it is round ${header.round}, client ${header.client} of run ${JSON.stringify(header.run)}`;
  }
  const planned = evaluatedOn(plan, client);
  const wrong = taskOf(plan.config).falseSums(header.evaluation, planned);
  return (
    (wrong && `evaluates ${wrong}`) ??
    falseAlone(plan, round, { client, task }, header, planned) ??
    falseAmount(plan, task === "train" ? trainedOf(plan, client) : 0, header) ??
    falseLoss(plan, task, header)
  );
}

/** What the plan has a participant evaluate on. */
function evaluatedOn(
  { clients, examiner, testSet, dataset: { classes, target }, fit }: Plan,
  client: number,
): PlannedExamples {
  const part = clients.find((one) => one.client === client);
  const labels = (client === examiner ? testSet?.labelCounts : part?.heldOutLabels) ?? [];
  const counted = labels.reduce((sum, count) => sum + count, 0);
  // an owner may keep what they are
  const kept = part !== undefined && labels.length === 0;
  return {
    classes,
    ...(target && { target }),
    ...(fit && { fit }),
    examples: kept ? part.heldOut : counted,
    labels: kept ? undefined : labels,
  };
}

/** The same of several together, ascending or not. */
export function evaluatedTogether(plan: Plan, clients: readonly number[]): PlannedExamples {
  const each = clients.map((client) => evaluatedOn(plan, client));
  const { classes, target } = plan.dataset;
  const told = each.every(({ labels }) => labels !== undefined);
  const labels = Array.from({ length: classes }, (_, label) =>
    each.reduce((sum, one) => sum + (one.labels?.[label] ?? 0), 0),
  );
  return {
    classes,
    ...(target && { target }),
    ...(plan.fit && { fit: plan.fit }),
    examples: each.reduce((sum, { examples }) => sum + examples, 0),
    labels: told && each.some(({ labels: own }) => (own ?? []).length > 0) ? labels : undefined,
  };
}

/** What a participant claims of its training that the plan does not give it; undefined where it is that. */
export function falseTrainingClaim(
  plan: Plan,
  { client, task }: Participant,
  claimed: Pick<UpdateHeader, "examples" | "steps" | "seen">,
): string | undefined {
  return falseAmount(plan, task === "train" ? trainedOf(plan, client) : 0, claimed);
}

/** Only an owner has a model that it trains alone, and tells of it in the final pass. */
function falseAlone(
  plan: Plan,
  round: number,
  { client, task }: Participant,
  { alone, evaluation }: Pick<UpdateHeader, "alone" | "evaluation">,
  planned: PlannedExamples,
): string | undefined {
  if (!alone) return undefined;
  if (!ownerOf(plan, client)) return "tells of a model that it has trained alone, and is simulated";
  if (!isFinalPass(plan, { task, round, client })) {
    return "tells of a model that it has trained alone before the final pass";
  }
  const kind = taskOf(plan.config);
  const wrong = kind.falseSums(alone, planned);
  if (wrong) return `evaluates the model that it has trained alone on ${wrong}`;
  // of both models it tells over the same examples, also where it keeps what their targets are
  const [own, shared] = [alone, evaluation].map((sums) => kind.targetsOf(sums).join());
  return own === shared ? undefined : "evaluates the model that it has trained alone on other examples";
}

function trainedOf({ clients }: Plan, client: number): number {
  return clients.find((one) => one.client === client)?.train ?? 0;
}

/** @param count examples that the plan gives the client to train with; 0 where it is only to evaluate */
function falseAmount(
  { config }: Pick<Plan, "config">,
  count: number,
  { examples, steps, seen }: Pick<UpdateHeader, "examples" | "steps" | "seen">,
): string | undefined {
  const planned = count > 0 ? localAmount(config, count) : { steps: 0, seen: 0 };
  const claims = [
    { claimed: examples, expected: count, of: "examples" },
    { claimed: steps, expected: planned.steps, of: "minibatches" },
    { claimed: seen, expected: planned.seen, of: "examples seen in training" },
  ];
  const wrong = claims.find(({ claimed, expected }) => claimed !== expected);
  return wrong && `claims ${wrong.claimed} ${wrong.of}, and the plan gives ${wrong.expected}`;
}

/** Of one whose amounts are those of the plan. */
function falseLoss(
  { config }: Pick<Plan, "config">,
  task: Participant["task"],
  { seen, lossSum }: Pick<UpdateHeader, "seen" | "lossSum">,
): string | undefined {
  const withheld = task === "train" && guaranteeIn(config) !== undefined;
  if (withheld !== (lossSum === null)) {
    return withheld
      ? "tells a training loss, which the privacy of its examples withholds"
      : "tells no training loss";
  }
  if (lossSum === null || (lossSum >= 0 && lossSum <= seen * mostLoss)) return undefined;
  return `claims a summed training loss of ${lossSum} over ${seen} examples`;
}
