import { strategyOf } from "../privacy/clients/strategy-of.ts";
import { updateSize } from "../update/size.ts";
import { participantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { Agreement } from "./agreement.ts";
import { type OwnersWait, ownersWaitOf } from "./waiting-job.ts";

/** How the rounds of a plan wait for its owners; undefined where its clients are simulated. */
export function ownersWaitUnder(
  plan: Pick<Plan, "agreement" | "config" | "model" | "dataset">,
  agreed: Pick<Agreement, "waitMinutes"> | undefined,
): OwnersWait | undefined {
  if (!plan.agreement || !agreed) return undefined;
  const strategy = strategyOf(plan.config);
  const largest = participantTask.options.map((task) => updateSize(plan, strategy, task).bytes);
  return ownersWaitOf(plan.agreement, agreed.waitMinutes, Math.max(...largest));
}
