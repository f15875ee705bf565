import { keys, prefixes } from "../../shared/layout.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Scene } from "./scene.ts";

/** How far a verification came, in numbers. */
export interface Reach {
  /** Whether the data set was there and divided again. */
  readonly divided: boolean;
  /** Whether models were evaluated on its examples. */
  readonly judged: boolean;
  /** Rounds of its own, and those of them that were aggregated again. */
  readonly rounds: number;
  readonly replayed: number;
  /** Of the baseline. */
  readonly epochs: number;
  /** Whether they were trained again. */
  readonly again: boolean;
  /** Whether the run has ended, and its result was made again. */
  readonly concluded: boolean;
}

/** Says what was reckoned again, what was only compared by digest, and what nothing else tells. */
export function tellReach({ audit, record: { run, dataset } }: Scene, plan: Plan, reach: Reach): void {
  const { recomputed, byDigest, unchecked } = audit;
  const { divided, judged, rounds, replayed, epochs, again, concluded } = reach;
  const clients = plan.clients.length;
  if (divided) recomputed.push(`partition, scaling and shards of ${clients} clients, from the data set`);
  // of owners' examples there are none
  else if (!plan.agreement) byDigest.push(`shards of ${clients} clients`);
  recomputed.push(divided ? "plan and start" : "plan and start, from the partition's record");
  if (replayed > 0)
    recomputed.push(`models and figures of ${counted(replayed, "round")}, from the clients' updates`);
  if (judged && rounds > 0) {
    recomputed.push(`figures of the models of ${counted(rounds, "round")}, on the data set's examples`);
  }
  byDigest.push("the clients' updates, whose training was not repeated");
  if (rounds > replayed) {
    byDigest.push(
      `models, training losses and norms of ${counted(rounds - replayed, "round")} without their updates`,
    );
  }
  if (epochs > 0 && again) recomputed.push(`the baseline's ${counted(epochs, "epoch")}, trained again`);
  if (epochs > 0 && !again) {
    if (judged) recomputed.push("figures of the baseline's model, on the data set's examples");
    byDigest.push(`the baseline's ${counted(epochs, "epoch")}, which --baseline trains again`);
  }
  if (concluded)
    recomputed.push("result and cost, models to take away, report; and what of these lies at home");

  unchecked.push({
    objects: keys.config(run),
    fields: ["createdAt", "dataset.source", "dataset.readWith.*"],
    why: "plan and result repeat them, and nothing tells whether they were true",
  });
  unchecked.push({
    objects: prefixes.roundMetrics.replace("*", run),
    fields: ["silent.*.error", "silent.*.cause"],
    why: "why a client was silent is what it said",
  });
  unchecked.push({
    objects: prefixes.roundTimes.replace("*", run),
    why: "times and usage are no repetition's; that the result's sums and cost follow from them was reckoned again",
  });
  if (plan.config.federation.budget !== null) {
    unchecked.push({
      objects: prefixes.roundMetrics.replace("*", run),
      fields: ["task"],
      why: "after which round, and which epoch, the budget ended the run follows from what functions measured",
    });
  }
  const shards = keys.shardIndex(dataset.digest, plan.partition);
  unchecked.push({ objects: shards, fields: ["writer.*"], why: "an earlier run may have written it" });
  if (epochs > 0) {
    unchecked.push({
      objects: keys.baselineUsage(run, 0).replace(/\d+\.json$/, "*"),
      fields: ["usage.*"],
      why: "usage is no repetition's, and nor is how often the baseline was interrupted",
    });
  }
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
