import { binarySettings } from "../task/binary/settings.ts";
import { classificationSettings } from "../task/classification/settings.ts";
import { isRecord } from "./discriminated.ts";

const own = Object.keys(binarySettings.shape).filter(
  (field) => !Object.hasOwn(classificationSettings.shape, field),
);

/**
 * The task of a configuration that names none, where it is not classification: binary, where a field of that or a threshold
 * of its score says so, and where the data has two classes, unless accuracy is to end the federation; regression, where the
 * targets of the data are numbers.
 * @param input a configuration before its defaults
 * @param classes of the data, where that is known; 1 where its targets are numbers
 */
export function impliedTask(
  input: Readonly<Record<string, unknown>>,
  classes?: number,
): "binary" | "regression" | undefined {
  const { task = {}, federation } = input;
  if (!isRecord(task) || Object.hasOwn(task, "kind")) return undefined;
  if (own.some((field) => Object.hasOwn(task, field))) return "binary";
  const stop = isRecord(federation) && isRecord(federation.stop) ? federation.stop : {};
  if ((stop.rocAuc ?? null) !== null) return "binary";
  if (classes === 1) return "regression";
  return classes === 2 && (stop.accuracy ?? null) === null ? "binary" : undefined;
}
