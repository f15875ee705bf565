import { softmax } from "./classification/softmax.ts";
import type { TaskFit } from "./fit.ts";
import { inRates } from "./poisson/rate.ts";
import { inTargetsUnit } from "./regression/unit.ts";
import type { TaskSettings } from "./tasks.ts";

/** What a task is called. */
export type TaskName = TaskSettings["kind"];

/**
 * What each task does to a model's outputs in the end, as its ending does. Apart from kinds.ts, since the page of a report
 * carries this and nothing else of the tasks; a task whose line is missing here does not compile.
 */
export const finishes: Readonly<Record<TaskName, (fit: TaskFit) => (outputs: Float64Array) => Float64Array>> =
  {
    classification: () => softmax,
    binary: () => softmax,
    regression: inTargetsUnit,
    poisson: inRates,
  };
