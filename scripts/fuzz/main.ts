import { Command } from "commander";
import { markdownTable } from "markdown-table";
import { fuzz, memoryBound } from "./fuzz.ts";

const options = new Command("fuzz")
  .description("Puts broken inputs before every border of the program and holds what it does to the rules")
  .option("--inputs <n>", "how many", Number, 10_000)
  .option("--seed <n>", "what they are drawn by", Number, 1)
  .option("--write", "put the table into docs/robustness.md")
  .parse()
  .opts<{ inputs: number; seed: number; write?: boolean }>();

const results = await fuzz(options.inputs, options.seed);
const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const text = markdownTable(
  [
    ["border", "inputs", "read", "refused", "by", "slowest, ms", "most memory, MiB"],
    ...results.map(({ border, inputs, accepted, refused, slowestMs, mostBytes }) => [
      border,
      String(inputs),
      String(accepted),
      String(inputs - accepted),
      [...refused]
        .sort()
        .map(([name, count]) => `${name} ${count}`)
        .join(", "),
      slowestMs.toFixed(0),
      megabytes(mostBytes),
    ]),
  ],
  { align: ["l", "r", "r", "r", "l", "r", "r"] },
);
console.log(text);
console.log(memoryBound);
