import * as z from "zod";
import type { Config } from "../config/schema.ts";
import { type Scored, scoreOf, taskOf } from "../task/tasks.ts";
import { count, sha256 } from "./fields.ts";

/**
 * In a run that promises privacy: another one that is the same but for its promise, whose model stands beside this one's, so
 * that whoever reads of the promise reads of its price.
 */
export const besideRun = z.object({
  run: z.string(),
  /** The end of its chain of digests, by which fedstep verify proves that run. */
  chainSha256: sha256,
  /** Of its model, in the score of the task. */
  score: z.number(),
  /** That the score is over. */
  examples: count,
  /** Whose part in the data it hides. */
  unit: z.enum(["none", "example", "client"]),
  /** What it has spent; null where it promises nothing. */
  epsilon: z.number().nonnegative().nullable(),
});

export type BesideRun = z.output<typeof besideRun>;

/** What is told of a finished run where it stands beside another. */
export function besideOf({ run, config, federated, privacy }: Finished): BesideRun {
  return {
    run,
    chainSha256: federated.chainSha256,
    score: scoreOf(taskOf(config), federated),
    examples: federated.examples,
    unit: config.privacy.unit,
    epsilon: privacy?.epsilon ?? null,
  };
}

interface Finished {
  readonly run: string;
  readonly config: Config;
  readonly federated: Scored & { readonly examples: number; readonly chainSha256: string };
  readonly privacy?: { readonly epsilon: number } | undefined;
}
