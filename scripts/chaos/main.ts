import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { describeInjection } from "../../local/chaos/describe.ts";
import { writeBetweenMarkers } from "../robustness-document.ts";
import { situationOf } from "./situation.ts";
import { openStage } from "./stage.ts";
import { robustnessTables } from "./table.ts";
import { type Trial, tryOut } from "./try.ts";

const options = new Command("chaos")
  .description("Runs small federations under seeded faults and holds what comes of them against what has to")
  .option("--runs <n>", "how many", Number, 20)
  .option("--seed-from <n>", "seed of the first run", Number, 1)
  .option("--environments <n>", "Lambda environments that work at once", Number)
  .option("--masked", "with updates behind masks, which helpers open")
  .option("--write", "put the table into docs/robustness.md")
  .parse()
  .opts<{ runs: number; seedFrom: number; environments?: number; masked?: boolean; write?: boolean }>();

const home = mkdtempSync(join(tmpdir(), "fedstep-chaos-"));
const stage = await openStage(home, options.environments);
const trials: Trial[] = [];
try {
  for (let seed = options.seedFrom; seed < options.seedFrom + options.runs; seed++) {
    const trial = await tryOut(stage, situationOf(seed, options.masked));
    trials.push(trial);
    const { outcome, error, injected, problems, seconds } = trial;
    console.log(
      `seed ${seed}: ${injected.length} faults, ${outcome}${error ? ` (${error})` : ""}, ${seconds.toFixed(1)} s`,
    );
    if (problems.length === 0) continue;
    for (const problem of problems) console.log(`  PROBLEM ${problem}`);
    for (const one of injected) console.log(`  ${describeInjection(one)}`);
  }
} finally {
  await stage.close();
  rmSync(home, { recursive: true, force: true });
}
const text = robustnessTables(trials);
console.log(`\n${text}`);
if (options.write) writeBetweenMarkers(options.masked ? "chaos-masked" : "chaos", text);
process.exitCode = trials.some(({ problems }) => problems.length > 0) ? 1 : 0;
