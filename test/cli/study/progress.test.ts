import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { spokenDuration } from "../../../cli/study/duration.ts";
import { showStudy } from "../../../cli/study/progress.ts";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { planStudy } from "../../../shared/study/plan.ts";
import { noUsage } from "../../../shared/workflow/usage.ts";
import { resultOf } from "../../shared/study/ended-study.ts";

const { runs } = planStudy(
  {
    name: "study",
    preset: "smoke",
    vary: { "federation.rounds": [10, 30] },
    seeds: [1, 2],
  },
  checkConfig,
);

/** Shows a study whose runs take 2 seconds a round; the second is found finished, the third fails. */
function shown(isTTY: boolean): string {
  const written: string[] = [];
  const stream = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        done();
      },
    }),
    { isTTY, columns: 80 },
  );
  const progress = showStudy(runs, stream as unknown as NodeJS.WriteStream);
  progress.note("an object\u001b[2J is damaged");
  runs.forEach((planned, i) => {
    const { cell, config } = planned;
    const watching = progress.run("a-run", planned);
    watching.round(5, 0.5, noUsage, 400);
    watching.end();
    const result = resultOf(config, [0.9], i === 0 ? null : 0.96, 2 * config.federation.rounds);
    const failed = { run: "a-run", seed: config.seed, error: "run a-run failed: TrainingDiverged" };
    progress.ended(i === 2 ? { cell, failed } : { cell, result }, planned, i === 1);
  });
  progress.end();
  return written.join("");
}

const lines = [
  "note: an object\\u001b[2J is damaged",
  // 70 rounds are to come, then 40, then 30
  "run 1/4  10, seed 1: federated 90.00 %, 20.0 s; about 2 min left",
  "run 2/4  30, seed 1: kept, federated 90.00 %, centralized 96.00 %, ratio 0.9375; about 80 s left",
  "run 3/4  10, seed 2: failed: run a-run failed: TrainingDiverged; about 60 s left",
  "run 4/4  30, seed 2: federated 90.00 %, centralized 96.00 %, ratio 0.9375, 60.0 s",
];

describe("the progress of a study", () => {
  test("is what has to be known and a line for each run, with the time left by the rounds to come", () => {
    expect(shown(false)).toBe(`${lines.join("\n")}\n`);
  });

  test("on a terminal has the same lines above a bar that moves with the rounds", () => {
    const told = shown(true);
    for (const line of lines) expect(told).toContain(`${line}\n`);
    expect(told).toContain("0/4 runs");
    expect(told).toContain("3/4 runs");
  });
});

test.each([
  [0.4, "0 s"],
  [89.4, "89 s"],
  [90, "2 min"],
  [5_369, "89 min"],
  [7_800, "2 h 10 min"],
])("%d seconds are %s", (seconds, spoken) => {
  expect(spokenDuration(seconds)).toBe(spoken);
});
