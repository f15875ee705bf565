import type { Published } from "../shared/config/presets.ts";
import type { Scaling } from "../shared/dataset/scaling.ts";
import type { ModelSpec } from "../shared/model/spec.ts";
import type { TaskFit } from "../shared/task/fit.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import type { Result } from "../shared/workflow/result-record.ts";
import type { BaselineEpoch, TimedRound } from "../shared/workflow/round-records.ts";
import { allExamples, examplesOf } from "./examples-said.ts";
import { publishedBeside } from "./publication.ts";

/** All that the report of a run tells, and nothing else. */
export interface Story {
  readonly result: Result;
  /** Every round, and last the pass that only evaluates. */
  readonly rounds: readonly TimedRound[];
  /** Every epoch of the baseline; none where there is no baseline. */
  readonly epochs: readonly BaselineEpoch[];
  /** What the page lets its reader try; left out where nothing can be. */
  readonly models?: Models;
  /** What was published of the very experiment that the run is. */
  readonly published?: Published;
  /** Left out where the run's version did not reckon it. */
  readonly cost?: { readonly dollars: number };
}

/** Both models at the end, flat by their layout, and what stands before and behind them. */
export interface Models {
  readonly model: ModelSpec;
  /** What examples go through before they go into them. */
  readonly scaling: Scaling | null;
  /** What their task was fitted to. */
  readonly fit: TaskFit;
  readonly federated: Float32Array;
  readonly baseline?: Float32Array;
}

/** A run's models by its plan. */
export function plannedModels(
  { model, scaling, fit = {} }: Pick<Plan, "model" | "scaling" | "fit">,
  { federated, baseline }: Pick<Models, "federated" | "baseline">,
): Models {
  return { model, scaling, fit, federated, ...(baseline && { baseline }) };
}

/** What is known of a run, with what was published about the same. */
export function storyOf({ models, ...run }: Untold): Story {
  const { cost } = run.result;
  const published = publishedBeside(run.result);
  return { ...run, ...(models && { models }), ...(published && { published }), ...(cost && { cost }) };
}

interface Untold extends Pick<Story, "result" | "rounds" | "epochs"> {
  readonly models: Models | undefined;
}

/** What the score of the kept model is measured on: "the 14,000 examples that clients held out". */
export function testedOn(result: Result): string {
  const { federated, config } = result;
  const examples = examplesOf(federated.examples, allExamples(result));
  return config.federation.evaluation === "test-set"
    ? `the ${examples} examples of the test set`
    : `the ${examples} examples that clients held out`;
}
