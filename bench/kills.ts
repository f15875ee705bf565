import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { keys } from "../shared/layout.ts";
import { randomStream } from "../shared/random.ts";
import { resultRecord } from "../shared/workflow/result-record.ts";
import { writeBetweenMarkers } from "./table.ts";

const options = new Command("bench:kills")
  .description("Kills the paper's run at random moments, resumes it each time, and compares the models")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--runs <n>", "runs that are killed", Number, 10)
  .option("--preset <name>", "which run", "paper")
  .option("--seed <n>", "of the moments", Number, 1)
  .option("--write", "put the table into docs/robustness.md")
  .parse()
  .opts<{ data: string; runs: number; preset: string; seed: number; write?: boolean }>();

const program = fileURLToPath(new URL("../bin/fedstep.mjs", import.meta.url));

function command(...args: string[]) {
  const env = { ...process.env, FEDSTEP_DATA: options.data };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  child.stderr.on("data", (chunk) => said.push(String(chunk)));
  child.stdout.resume();
  return { child, said };
}

async function completed(...args: string[]): Promise<string> {
  const { child, said } = command(...args);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`fedstep ${args.join(" ")} ended with ${code}: ${said.slice(-3).join("")}`);
  return said.join("");
}

const home = mkdtempSync(join(tmpdir(), "fedstep-kills-"));
const digestsOf = (name: string) => {
  const stored: unknown = JSON.parse(readFileSync(join(home, keys.result(name)), "utf8"));
  const { federated, baseline } = resultRecord.parse(stored);
  return { federated: federated.weightsSha256, baseline: baseline?.weightsSha256 };
};
const run = ["run", "--preset", options.preset, "--home", home];

/** Resumes the run; one that was killed before it had taken its name is begun again. */
async function goOn(name: string, begun: boolean): Promise<string> {
  if (begun) {
    const said = await completed("resume", name, "--home", home);
    return /goes on after round \d+ of \d+/.exec(said)?.[0] ?? said;
  }
  await completed(...run, "--name", name);
  return "not yet begun, run again";
}

try {
  const begun = performance.now();
  await completed(...run, "--name", "whole");
  const wholeMs = performance.now() - begun;
  const whole = digestsOf("whole");
  const moments = randomStream(options.seed, "selection", 0);
  const rows: string[] = [];
  let same = 0;
  let resumed = 0;
  for (let i = 1; i <= options.runs; i++) {
    const name = `killed-${i}`;
    const { child, said } = command(...run, "--name", name);
    // the machine may be faster than at first: what has finished by then has not been killed
    const moment = moments.unit() * 0.9 * wholeMs;
    await sleep(moment);
    const late = child.exitCode !== null;
    child.kill("SIGKILL");
    if (!late) await once(child, "exit");
    const at = /round +(\d+)\/\d+(?!.*round)/s.exec(said.join(""))?.[1] ?? "0";
    const how = late ? "it had finished" : await goOn(name, said.join("").includes(`run ${name}`));
    if (how.startsWith("goes on")) resumed++;
    const digests = digestsOf(name);
    const equal = digests.federated === whole.federated && digests.baseline === whole.baseline;
    if (equal) same++;
    rows.push(
      `| ${i} | ${(moment / 1000).toFixed(1)} s | ${at} | ${how} | ${equal ? "the same bits" : "OTHER BITS"} |`,
    );
    process.stderr.write(`${rows.at(-1)}\n`);
  }
  const text = [
    `Preset \`${options.preset}\`, undisturbed in ${(wholeMs / 1000).toFixed(1)} s, weights sha256 \`${whole.federated}\`: **${same} of ${options.runs}** runs ended with the same bits of both models; ${resumed} of them were cut in the middle and resumed.`,
    "",
    "| run | killed after | last round seen | resumed | models |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
  console.log(text);
  if (options.write) {
    writeBetweenMarkers(fileURLToPath(new URL("../docs/robustness.md", import.meta.url)), "kills", text);
  }
  if (same !== options.runs) process.exitCode = 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}
