import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { keys } from "../../shared/layout.ts";
import { type Result, resultRecord } from "../../shared/workflow/result-record.ts";
import { fedstep, sharedHome } from "./terminal.ts";

const program = fileURLToPath(new URL("../../bin/fedstep.mjs", import.meta.url));
const settings = [
  ...["--set", "federation.rounds=8", "--set", "baseline.epochs=8", "--set", "dataset.limit=600"],
  ...["--set", "federation.strategy.name=FedAdam", "--set", "federation.executionRounds=5"],
];
const bits = ({ federated, baseline }: Result) => [federated.weightsSha256, baseline?.weightsSha256];

/** A home of its own, since a killed process holds its lock until somebody looks; the assembly is the shared one. */
function freshHome(): string {
  const home = mkdtempSync(join(sharedHome(), "killed-"));
  symlinkSync(join(sharedHome(), "assemblies"), join(home, "assemblies"));
  return home;
}

function start(home: string): ChildProcess {
  const args = ["run", "--preset", "smoke", "--home", home, "--name", "killed", ...settings];
  const child = spawn(process.execPath, [program, ...args], {
    stdio: "ignore",
    env: { ...process.env, FEDSTEP_DATA: "", FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

describe("a command that was killed", () => {
  let whole: Result;
  beforeAll(async () => {
    const args = ["run", "--preset", "smoke", "--home", sharedHome(), "--name", "whole", "--json"];
    const answer = await fedstep([...args, ...settings]);
    expect(answer).toMatchObject({ code: 0 });
    whole = resultRecord.parse(JSON.parse(answer.output));
  }, 240_000);

  test.each([1, 6])(
    "after round %s leaves a run that is resumed to the same bits",
    { timeout: 240_000 },
    async (round) => {
      const home = freshHome();
      const child = start(home);
      const metrics = join(home, "s3", localBucket, keys.roundMetrics("killed", round));
      await vi.waitUntil(() => existsSync(metrics), { timeout: 90_000, interval: 5 });
      child.kill("SIGKILL");
      await once(child, "exit");
      const answer = await fedstep(["resume", "killed", "--home", home, "--json"]);
      expect(answer).toMatchObject({ code: 0, said: "" });
      const resumed = resultRecord.parse(JSON.parse(answer.output));
      expect(bits(resumed)).toEqual(bits(whole));
      expect(resumed.federated.rounds.map(({ accuracy }) => accuracy)).toEqual(
        whole.federated.rounds.map(({ accuracy }) => accuracy),
      );
      const again = await fedstep(["resume", "killed", "--home", home]);
      expect(again).toMatchObject({ code: 2, said: expect.stringContaining("RunFinished") });
    },
  );

  test("is not resumed before it is, and then by one of two", { timeout: 240_000 }, async () => {
    const home = freshHome();
    const child = start(home);
    const metrics = join(home, "s3", localBucket, keys.roundMetrics("killed", 1));
    await vi.waitUntil(() => existsSync(metrics), { timeout: 90_000, interval: 5 });
    const resume = ["resume", "killed", "--home", home, "--json"];
    const refused = { code: 2, said: expect.stringMatching(/^RunUnderWay: run killed .* another process/) };
    expect(await fedstep(resume)).toMatchObject(refused);
    // it goes on undisturbed, and is cut off in a later round
    const later = join(home, "s3", localBucket, keys.roundMetrics("killed", 3));
    await vi.waitUntil(() => existsSync(later), { timeout: 90_000, interval: 5 });
    child.kill("SIGKILL");
    await once(child, "exit");
    const both = await Promise.all([fedstep(resume), fedstep(resume)]);
    const [winner, loser] = both.sort((a, b) => a.code - b.code);
    expect(loser).toMatchObject(refused);
    expect(winner).toMatchObject({ code: 0, said: "" });
    expect(bits(resultRecord.parse(JSON.parse(winner?.output ?? "")))).toEqual(bits(whole));
  });

  test("of a run that there is not, says so", async () => {
    const answer = await fedstep(["resume", "nobody", "--home", sharedHome()]);
    expect(answer).toMatchObject({ code: 2, said: expect.stringContaining('no run "nobody"') });
  });
});
