import { markdownTable } from "markdown-table";
import { type Fuzzed, memoryBound, mostMs } from "./fuzz.ts";

/** What every border did with its inputs. */
export function fuzzTable(results: readonly Fuzzed[]): string {
  const total = results.reduce((sum, { inputs }) => sum + inputs, 0);
  const times = Math.max(...results.map(({ mostTimes }) => mostTimes));
  return [
    `${total.toLocaleString("en")} inputs. Each was read, or refused by a named error, within ${mostMs / 1000} s and ` +
      `${memoryBound.factor} times its size and ${memoryBound.constant / 2 ** 20} MiB of memory; of the files of megabytes ` +
      `none took more than ${times.toFixed(1)} times its size.`,
    markdownTable(
      [
        ["border", "inputs", "read", "refused by", "slowest, ms", "most memory, MiB"],
        ...results.map(({ border, inputs, accepted, refused, slowestMs, mostBytes }) => [
          border,
          inputs.toLocaleString("en"),
          accepted.toLocaleString("en"),
          [...refused]
            .sort(([a], [b]) => a.localeCompare(b))
            .map(([name, count]) => `${name} ${count.toLocaleString("en")}`)
            .join(", "),
          slowestMs.toFixed(0),
          (mostBytes / 2 ** 20).toFixed(1),
        ]),
      ],
      { align: ["l", "r", "r", "l", "r", "r"] },
    ),
  ].join("\n\n");
}
