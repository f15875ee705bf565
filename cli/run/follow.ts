import { setTimeout as sleep } from "node:timers/promises";
import { DescribeExecutionCommand, type DescribeExecutionCommandOutput } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { executionFailed } from "../../shared/errors.ts";
import { scoreIn } from "../../shared/task/tasks.ts";
import { causeMessage } from "../../shared/workflow/cause.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import type { Usage } from "../../shared/workflow/usage.ts";
import { getResult } from "../../storage/result-objects.ts";
import { completedEpochs, completedRounds } from "../../storage/run-objects.ts";
import { commandFor } from "../targets/command-for.ts";
import type { Target } from "../targets/target.ts";
import type { Clients } from "./client-tally.ts";
import { RoundNotes } from "./round-notes.ts";
import { ClientWatch } from "./watch-clients.ts";

/** What somebody who watches a run gets to see. */
export interface Watcher {
  /** Names of the owners, where clients have some: by them is told who is left out of a round. */
  readonly owners?: readonly string[] | undefined;
  /** The global model of a round was evaluated on so many examples; the score is the task's. */
  round(round: number, score: number, usage: Usage, examples: number): void;
  /** The baseline finished an epoch, and was evaluated on so many. */
  epoch(epoch: number, score: number, examples: number): void;
  /** What has to be known, in one line; whoever says nothing at all has none. */
  note?(text: string): void;
  /**
   * Clients of a round began or ended; undefined where nobody here may see that. Whoever has no such view costs no look.
   */
  clients?(clients: Clients | undefined, round: number): void;
  /** The run goes on in another execution, which is the one to stop from now on. */
  continued?(executionArn: string): void;
}

/**
 * Watches a run by what it leaves in the bucket, through all of its executions, until it ends.
 * @throws ExecutionFailed naming the error and its cause
 */
export async function followRun(
  target: Target,
  run: string,
  executionArn: string,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Result> {
  const { objects } = target;
  const next = { round: 1, epoch: 1 };
  const clients = watcher.clients
    ? new ClientWatch(target.states, executionArn, (seen) => watcher.clients?.(seen, next.round))
    : undefined;
  const notes = new RoundNotes(commandFor(target, `show ${run}`), watcher);
  /** @returns whether there was anything that had not been told */
  const tellNews = async (): Promise<boolean> => {
    const rounds = await completedRounds(objects, run, next.round);
    for (const { evaluated, usage } of rounds) {
      watcher.round(evaluated.round, scoreIn(evaluated).value, usage, evaluated.examples);
      next.round++;
    }
    for (const note of notes.of(rounds)) watcher.note?.(`note: ${note}`);
    const epochs = await completedEpochs(objects, run, next.epoch);
    for (const record of epochs) {
      watcher.epoch(record.epoch, scoreIn(record).value, record.examples);
      next.epoch++;
    }
    await clients?.look();
    return rounds.length + epochs.length > 0;
  };
  const begun = performance.now();
  let current = executionArn;
  for (;;) {
    signal.throwIfAborted();
    // what leaves something new goes on: only of what leaves nothing it is asked whether it has ended
    if (!(await tellNews())) {
      const execution = await target.states.send(new DescribeExecutionCommand({ executionArn: current }));
      if (execution.status !== "RUNNING") await tellNews();
      if (execution.status === "SUCCEEDED") {
        const continued = continuationOf(execution.output);
        if (continued === undefined) return getResult(objects, run);
        current = continued;
        watcher.continued?.(current);
        clients?.goOn(current);
        continue;
      }
      if (execution.status !== "RUNNING") throw executionFailed(explainEnd(run, execution));
    }
    await sleep(untilNextLook(performance.now() - begun, target.looks), undefined, { signal });
  }
}

/** Share of the time that somebody has watched so far. */
const lookShare = 0.05;

/**
 * Each look takes requests, and who has watched for long sees nothing late that comes after a small share of that.
 * @param watched milliseconds
 * @returns milliseconds
 */
function untilNextLook(watched: number, { leastMs, mostMs }: Target["looks"]): number {
  return Math.min(Math.max(lookShare * watched, leastMs), mostMs);
}

const continuation = z.object({ ExecutionArn: z.string() });

/** The execution that this one has started before it ended; the last one ends with the key of the result. */
function continuationOf(output: string | undefined): string | undefined {
  return continuation.safeParse(JSON.parse(output ?? "null")).data?.ExecutionArn;
}

const ends = new Map([
  ["FAILED", "failed"],
  ["TIMED_OUT", "timed out"],
  ["ABORTED", "was stopped"],
]);

function explainEnd(run: string, { status, error, cause }: DescribeExecutionCommandOutput): string {
  const how = ends.get(status ?? "") ?? `ended as ${status}`;
  return [`run ${run} ${how}`, error, cause && causeMessage(cause)].filter(Boolean).join(": ");
}
