import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resultRecord } from "../../shared/workflow/result-record.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

const listFile = (faults: unknown): string => {
  const file = join(temporaryFolder(), "faults.json");
  writeFileSync(file, JSON.stringify(faults));
  return file;
};
const run = (...options: string[]) =>
  fedstep(["run", "--preset", "smoke", "--home", sharedHome(), ...options]);

test("a run under faults tells each, keeps them, and ends with the bits of one without", async () => {
  const home = sharedHome();
  const undisturbed = await run("--name", "calm", "--json");
  const faults = listFile([
    { fault: "killed", function: "TrainClient", round: 2, client: 1, delivery: 1 },
    { fault: "s3-error", method: "GET", tries: 1, function: "AggregateRound", round: 1 },
    { fault: "throttled", function: "FinishRun", delivery: 1 },
  ]);
  const answer = await run("--name", "stormy", "--json", "--chaos", faults, "--fast-retries");
  expect(answer.code).toBe(0);
  // the answer is the result alone; the faults are told beside it
  const result = resultRecord.parse(JSON.parse(answer.output));
  const calm = resultRecord.parse(JSON.parse(undisturbed.output));
  expect(result.federated.weightsSha256).toBe(calm.federated.weightsSha256);
  expect(answer.said).toContain(
    "chaos: TrainClient, round 2, client 1, delivery 1: killed before its work\n",
  );
  expect(answer.said).toContain("chaos: FinishRun, delivery 1: throttled\n");
  const journal = readFileSync(join(home, "chaos", "stormy.jsonl"), "utf8")
    .trim()
    .split("\n");
  expect(journal.map((line) => JSON.parse(line)).map((one) => [one.function, one.fault])).toEqual([
    ["AggregateRound", "s3-error"],
    ["TrainClient", "killed"],
    ["FinishRun", "throttled"],
  ]);
});

test("a lasting fault of one client ends a run of a full quorum, which can be resumed without it", async () => {
  const home = sharedHome();
  const faults = listFile([{ fault: "update", damage: "not-finite", round: 2, client: 1 }]);
  const failed = await run("--name", "broken", "--chaos", faults);
  expect(failed.code).toBe(1);
  expect(failed.said).toContain("chaos: TrainClient, round 2, client 1, delivery 1: update not-finite\n");
  expect(failed.said).toMatch(/QuorumNotReached: round 2: 3 of 4 clients reported.*client 1: UpdateInvalid/);
  const resumed = await fedstep(["resume", "broken", "--home", home]);
  expect(resumed).toMatchObject({ code: 0 });
});

describe("refused, before anything is written, is", () => {
  test.each([
    ["a probability of nothing", ["--chaos", "0"], "more than 0"],
    ["one above 1", ["--chaos", "1.5"], "at most 1"],
    ["a file that is not there", ["--chaos", "none.json"], "cannot read none.json"],
    ["a seed without a probability", ["--chaos-seed", "3"], "goes with --chaos"],
    ["a fault on AWS", ["--chaos", "0.1", "--target", "aws"], "--target local"],
    ["fast retries on AWS", ["--fast-retries", "--target", "aws"], "--target local"],
  ])("%s", async (_, options, message) => {
    const answer = await run(...options);
    expect(answer).toMatchObject({ code: 2, said: expect.stringContaining("ChaosInvalid") });
    expect(answer.said).toContain(message);
  });

  test("a fault that there is not, or a field that it does not take", async () => {
    for (const fault of [
      { fault: "cosmic-ray" },
      { fault: "throttled", tries: 2 },
      { fault: "killed", round: -1 },
    ]) {
      const answer = await run("--chaos", listFile([fault]));
      expect(answer).toMatchObject({ code: 2, said: expect.stringContaining("ChaosInvalid: --chaos: ") });
    }
  });
});
