import { keys } from "../../shared/layout.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import type { Objects } from "../../storage/objects.ts";

const nothing = {
  dollars: 0,
  lines: { transitions: 0, lambdaTime: 0, lambdaRequests: 0, s3Writes: 0, s3Reads: 0, logs: 0, metrics: 0 },
};

/** Leaves a result in the bucket as FinishRun does: what the run came to, and apart from it what it took. */
export async function storeResult(objects: Objects, result: Result): Promise<void> {
  const { seconds, invocations, spent, cost, ...outcome } = result;
  const { run, federated } = outcome;
  const unspent = {
    executions: 1,
    architecture: "arm64",
    prepare: noUsage,
    federation: noUsage,
    baseline: noUsage,
    finish: noUsage,
  };
  const roundSeconds = federated.rounds.map((round) => round.seconds);
  await objects.putRecord(keys.expenses(run), {
    seconds,
    roundSeconds,
    invocations,
    spent: spent ?? unspent,
    cost: cost ?? nothing,
  });
  await objects.putRecord(keys.result(run), outcome);
}
