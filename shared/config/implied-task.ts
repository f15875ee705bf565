import { binarySettings } from "../task/binary/settings.ts";
import { classificationSettings } from "../task/classification/settings.ts";
import { isRecord } from "./discriminated.ts";

const own = Object.keys(binarySettings.shape).filter(
  (field) => !Object.hasOwn(classificationSettings.shape, field),
);

/** Of scores that end a federation, the task that is judged by each. */
const byScore = { rocAuc: "binary", rmse: "regression", deviance: "poisson" } as const;

/**
 * The task of a configuration that names none, where it is not classification: the one by whose score it is to end; binary, where a
 * field of that says so, and where the data has two classes, unless accuracy is to end the federation; regression, where the
 * targets of the data are numbers.
 * @param input a configuration before its defaults
 * @param classes of the data, where that is known; 1 where its targets are numbers
 */
export function impliedTask(
  input: Readonly<Record<string, unknown>>,
  classes?: number,
): (typeof byScore)[keyof typeof byScore] | undefined {
  const { task = {}, federation } = input;
  if (!isRecord(task) || Object.hasOwn(task, "kind")) return undefined;
  if (own.some((field) => Object.hasOwn(task, field))) return "binary";
  const stop = isRecord(federation) && isRecord(federation.stop) ? federation.stop : {};
  for (const [score, kind] of Object.entries(byScore)) {
    if ((stop[score] ?? null) !== null) return kind;
  }
  if (classes === 1) return "regression";
  return classes === 2 && (stop.accuracy ?? null) === null ? "binary" : undefined;
}
