import { s3Ms } from "../../cloud/cost/speed.ts";
import { prices } from "../../cloud/prices.ts";
import { type FunctionName, functionNames } from "../../functions/footprints.ts";
import { markdownRows } from "../table.ts";
import { fitDurations } from "./fit.ts";
import type { Sample } from "./sample.ts";
import type { WholeRun } from "./whole-run.ts";

const ruleOf = (heading: readonly string[]) => heading.map((_, i) => (i === 0 ? "---" : "---:"));
const tableOf = (heading: readonly string[], rows: readonly (readonly string[])[]) =>
  markdownRows([heading, ruleOf(heading), ...rows]);
const milliseconds = (ms: number | undefined) => (ms === undefined ? "" : ms.toFixed(ms < 100 ? 1 : 0));
const dollars = (amount: number) => amount.toPrecision(3);

/** What a thousand of a function's invocations are billed as; of TrainBaseline's epochs. */
export function gbSecondsOfThousand({ memoryMb, initMs, firstMs, nextMs }: Sample): number {
  return (nextMs ?? initMs + firstMs) * (memoryMb / 1024);
}

/** A row for each function and size; what was never seen at a size did not fit into it. */
export function durationsTable(samples: readonly Sample[], sizes: readonly number[]): string {
  const heading = ["function", "MB", "initialization, ms", "first, ms", "next, ms"];
  const rows = functionNames.flatMap((name) =>
    sizes.map((size) => {
      const found = samples.find((one) => one.name === name && one.memoryMb === size);
      if (found === undefined) return [name, String(size), "too small", "", "", "", "", ""];
      const gbSeconds = gbSecondsOfThousand(found);
      return [
        name,
        String(size),
        milliseconds(found.initMs),
        milliseconds(found.firstMs),
        milliseconds(found.nextMs),
        gbSeconds.toFixed(1),
        dollars(gbSeconds * prices.lambdaGbSecond.arm64),
        String(found.residentMb),
      ];
    }),
  );
  return tableOf([...heading, "GB-s of 1,000", "dollars of 1,000", "resident, MB"], rows);
}

export function wholeRunTable(rows: readonly { readonly what: string; readonly run: WholeRun }[]): string {
  return tableOf(
    ["memory", "Lambda time, GB-s", "dollars", "critical path, s"],
    rows.map(({ what, run: { gbSeconds, seconds } }) => [
      what,
      gbSeconds.toFixed(0),
      dollars(gbSeconds * prices.lambdaGbSecond.arm64),
      seconds.toFixed(1),
    ]),
  );
}

/** Whether durations move with memory as shared/cost/speed.ts has it. */
export function fitTable(
  presets: readonly { readonly preset: string; readonly samples: readonly Sample[] }[],
): string {
  const rows = functionNames.flatMap((name) =>
    presets.map(({ preset, samples }) => [`${name}, \`${preset}\``, ...fitCells(name, samples)]),
  );
  return tableOf(["", "waiting, ms", "work on one vCPU, ms", "off by at most"], rows);
}

function fitCells(name: FunctionName, samples: readonly Sample[]): string[] {
  const of = samples.filter((one) => one.name === name);
  const { waitingMs, workMs, deviation } = fitDurations(
    of.map(({ memoryMb, firstMs, nextMs }) => ({ memoryMb, ms: nextMs ?? firstMs })),
  );
  return [milliseconds(waitingMs), milliseconds(workMs), `${(100 * deviation).toFixed(0)} %`];
}

export const latencyText = `S3 answers after ${s3Ms.read} ms, and after ${s3Ms.write} ms what is written`;
