import { strategyOf } from "../privacy/clients/strategy-of.ts";
import { maskedSize, openingSize } from "../secure-aggregation/masked-size.ts";
import { hasMasks } from "../secure-aggregation/settings.ts";
import { updateSize } from "../update/size.ts";
import { type ParticipantTask, participantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { Agreement } from "./agreement.ts";
import { type OwnersWait, ownersWaitOf } from "./waiting-job.ts";

/** How the rounds of a plan wait for its owners; undefined where its clients are simulated. */
export function ownersWaitUnder(
  plan: Pick<Plan, "agreement" | "config" | "model" | "dataset" | "clients" | "helpers">,
  agreed: Pick<Agreement, "waitMinutes"> | undefined,
): OwnersWait | undefined {
  if (!plan.agreement || !agreed) return undefined;
  const strategy = strategyOf(plan.config);
  const sizeOf = hasMasks(plan.config)
    ? (task: ParticipantTask) => maskedSize(plan, task)
    : (task: ParticipantTask) => updateSize(plan, strategy, task);
  const largest = Math.max(...participantTask.options.map((task) => sizeOf(task).bytes));
  const { agreement, helpers } = plan;
  const opening = helpers && { helpers, bytes: openingSize(plan, true).bytes };
  return ownersWaitOf(agreement, agreed.waitMinutes, largest, opening);
}
