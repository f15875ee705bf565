import type { Published } from "../shared/config/presets.ts";
import { mnistSide } from "../shared/dataset/centring.ts";
import { parameterCount } from "../shared/model/parameters.ts";
import type { ModelSpec } from "../shared/model/spec.ts";
import { type Contributed, isOneClients } from "../shared/workflow/one-clients-model.ts";
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
  /** What the page lets its reader try; left out where nothing can be drawn. */
  readonly models?: Models;
  /** What was published of the very experiment that the run is. */
  readonly published?: Published;
  /** Left out where the run's version did not reckon it. */
  readonly cost?: { readonly dollars: number };
}

/** Both models at the end, flat by their layout. */
export interface Models {
  readonly model: ModelSpec;
  readonly federated: Float32Array;
  readonly baseline?: Float32Array;
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

/** Parameters of a model that a page can carry: two of them are some 20 MB of base64. */
const portableParameters = 2_000_000;

/**
 * Whether examples are drawn as MNIST's are, and the models small enough to travel with the page, and no client's own: a
 * page is handed on to whoever may not read such a model.
 */
export function canBeTried(
  { config, dataset: { imageShape, element }, scaling, model }: Tryable,
  outcome: Contributed,
): boolean {
  return (
    // the page says which class a drawing is of
    (config.task.kind === "classification" || config.task.kind === "binary") &&
    imageShape?.[0] === mnistSide &&
    imageShape[1] === mnistSide &&
    model.features === mnistSide ** 2 &&
    // a drawing's bytes stand for 0 to 1, as they do in the models' training
    element !== "float32" &&
    scaling === null &&
    parameterCount(model) <= portableParameters &&
    !isOneClients(outcome, "federated")
  );
}

type Tryable = Pick<Plan, "config" | "dataset" | "scaling" | "model">;
