import { Command } from "commander";
import { writeBetweenMarkers } from "../robustness-document.ts";
import { fuzz } from "./fuzz.ts";
import { fuzzTable } from "./table.ts";

const options = new Command("fuzz")
  .description("Puts broken inputs before every border of the program and holds what it does to the rules")
  .option("--inputs <n>", "how many", Number, 10_000)
  .option("--seed <n>", "what they are drawn by", Number, 1)
  .option("--write", "put the table into docs/robustness.md")
  .parse()
  .opts<{ inputs: number; seed: number; write?: boolean }>();

const text = fuzzTable(await fuzz(options.inputs, options.seed));
console.log(text);
if (options.write) writeBetweenMarkers("fuzz", text);
