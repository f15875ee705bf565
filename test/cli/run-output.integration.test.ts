import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { keys } from "../../shared/layout.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

describe("fedstep run --preset smoke", () => {
  const home = sharedHome();

  test("quiet, it says nothing on the way and prints the result", async () => {
    const once = ["--name", "quiet", "--set", "federation.rounds=1", "--quiet"];
    const answer = await fedstep(["run", "--preset", "smoke", "--home", home, ...once]);
    expect(answer).toMatchObject({ code: 0, said: "", output: expect.stringContaining("run quiet") });
  });

  test("tells a person the progress and the outcome", async () => {
    const answer = await fedstep([
      "run",
      "--preset",
      "smoke",
      "--home",
      home,
      "--name",
      "told",
      "--set",
      "seed=5",
    ]);
    expect(answer.said).toMatch(/round 3\/3 {2}federated \d+\.\d\d %/);
    expect(answer.said).toContain("no mirror can be reached");
    expect(answer.output).toContain("centralized");
    expect(answer.output).toContain(join("runs", "told", "result.json"));
    expect(answer.output).toContain(join("runs", "told", "report.html"));
  });

  test("interrupted, it ends with 130, and the run shows how far it came", async () => {
    const interrupt = new AbortController();
    const running = fedstep(
      ["run", "--preset", "smoke", "--home", home, "--name", "interrupted", "--set", "federation.rounds=500"],
      {
        signal: interrupt.signal,
      },
    );
    const secondRound = join(home, "s3", localBucket, keys.roundMetrics("interrupted", 2));
    await vi.waitUntil(() => existsSync(secondRound), { timeout: 30_000, interval: 20 });
    interrupt.abort();
    expect(await running).toMatchObject({
      code: 130,
      said: expect.stringContaining(
        `\nrun interrupted is stopped; fedstep resume interrupted --home ${home} goes on from its last complete round\n`,
      ),
    });
    const shown = await fedstep(["show", "interrupted", "--home", home]);
    expect(shown.output).toMatch(/run interrupted has no result: \d+ of 500 rounds/);
    const reported = await fedstep(["report", "interrupted", "--home", home]);
    expect(reported).toMatchObject({ code: 2, said: expect.stringContaining("RunUnfinished") });
  });
});

test("a run that fails ends with 1 and the name of the error", async () => {
  const answer = await fedstep([
    "run",
    ...["--preset", "smoke", "--home", sharedHome(), "--name", "diverging"],
    ...["--set", "training.learningRate=1000", "--set", "training.weightDecay=1000"],
    ...["--set", "baseline.enabled=false"],
  ]);
  expect(answer).toMatchObject({ code: 1, said: expect.stringContaining("QuorumNotReached") });
  expect(answer.said).toContain("TrainingDiverged");
});

test("nothing is written where the input is bad", async () => {
  const home = join(temporaryFolder(), "home");
  const answer = await fedstep([
    "run",
    "--preset",
    "smoke",
    "--home",
    home,
    "--set",
    "training.learningRate=fast",
  ]);
  expect(answer.code).toBe(2);
  expect(existsSync(home)).toBe(false);
});
