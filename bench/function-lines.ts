import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** The line that a function logs for each invocation: what it did and where its milliseconds went. */
const lineSchema = z.object({
  step: z.string(),
  run: z.string(),
  message: z.literal("done"),
  ms: z.record(z.string(), z.number()),
});

export type FunctionLine = z.output<typeof lineSchema>;

/** Of all invocations of a run, from the log files of the local Lambda endpoint. */
export function functionLines(logsDirectory: string, run: string): FunctionLine[] {
  return readdirSync(logsDirectory)
    .flatMap((folder) =>
      readdirSync(join(logsDirectory, folder)).map((file) => join(logsDirectory, folder, file)),
    )
    .flatMap((file) => readFileSync(file, "utf8").split("\n"))
    .filter((line) => line.startsWith("{"))
    .map((line) => lineSchema.safeParse(JSON.parse(line)))
    .flatMap(({ success, data }) => (success && data.run === run ? [data] : []));
}

/** Milliseconds that the run's invocations of a step spent in the given phases, together. */
export function phaseMs(lines: readonly FunctionLine[], phases: readonly string[], step?: string): number {
  return lines
    .filter((line) => step === undefined || line.step === step)
    .reduce((sum, { ms }) => sum + phases.reduce((of, phase) => of + (ms[phase] ?? 0), 0), 0);
}
