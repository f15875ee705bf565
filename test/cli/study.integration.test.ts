import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { localBucket } from "../../local/assembly/names.ts";
import { clientsModels, keys } from "../../shared/layout.ts";
import { planStudy } from "../../shared/study/plan.ts";
import { type StudyResults, studyResults } from "../../shared/study/results.ts";
import { type Answer, fedstep, sharedHome } from "./terminal.ts";

const home = sharedHome();
const objects = join(home, "s3", localBucket);
const runsOf = (study: string) =>
  existsSync(join(objects, keys.runs))
    ? readdirSync(join(objects, keys.runs)).filter((run) => run.startsWith(`${study}-`))
    : [];
const startOf = (run: string): string =>
  JSON.parse(readFileSync(join(objects, keys.config(run)), "utf8")).createdAt;
const resultsOf = (study: string): StudyResults =>
  studyResults.parse(JSON.parse(readFileSync(join(home, "studies", study, "results.json"), "utf8")));

/** Writes the study's file and runs it. */
async function study(
  definition: { name: string },
  options: Parameters<typeof fedstep>[1] = {},
  ...args: string[]
) {
  const file = join(home, `${definition.name}.json`);
  writeFileSync(file, JSON.stringify(definition));
  return fedstep(["study", file, "--home", home, ...args], options);
}

describe("a study of two cells and two seeds, interrupted in its second run", () => {
  const definition = {
    name: "cut",
    preset: "smoke",
    config: { dataset: { limit: 200 }, baseline: { epochs: 1 } },
    // the second run is long enough to be interrupted in its midst
    vary: { "federation.rounds": [1, 30] },
    seeds: [1, 2],
    targetAccuracy: 0.999,
  };
  let cut: Answer;
  let resumed: Answer;
  let kept: Record<string, string>;
  let abandoned: string;
  beforeAll(async () => {
    const interrupt = new AbortController();
    const running = study(definition, { signal: interrupt.signal });
    await vi.waitUntil(
      () => runsOf("cut").some((run) => existsSync(join(objects, keys.roundMetrics(run, 3)))),
      {
        timeout: 100_000,
        interval: 10,
      },
    );
    interrupt.abort();
    cut = await running;
    const [finished = "", half = ""] = runsOf("cut").sort(
      (a, b) => Number(a.includes("-30-")) - Number(b.includes("-30-")),
    );
    kept = { [finished]: startOf(finished) };
    abandoned = half;
    resumed = await study(definition);
  });

  test("ends with 130, says that it can go on, and keeps what has finished in its table", () => {
    expect(cut.code).toBe(130);
    expect(cut.said).toMatch(/run 1\/4 {2}1, seed 1: federated \d+\.\d\d %.*left/);
    expect(cut.said).not.toContain("run 2/4");
    expect(cut.said).toContain("the same command goes on from there");
  });

  test("goes on: what had finished is kept, what was cut is run again under a further name", () => {
    expect(resumed.code).toBe(0);
    expect(resumed.said).toMatch(/run 1\/4 {2}1, seed 1: kept, federated/);
    expect(resumed.said.match(/kept/g)).toHaveLength(1);
    expect(runsOf("cut")).toHaveLength(5);
    expect(runsOf("cut")).toContain(`${abandoned}-2`);
    for (const [run, start] of Object.entries(kept)) expect(startOf(run)).toBe(start);
    const { cells, planned } = resultsOf("cut");
    expect(planned).toBe(4);
    expect(cells.map(({ runs }) => runs.map(({ seed }) => seed))).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(cells[1]?.runs[0]?.run).toBe(`${abandoned}-2`);
  });

  test("tells the table, which also lies in HOME/studies", () => {
    const [markdown, csv] = ["md", "csv"].map((type) =>
      readFileSync(join(home, "studies", "cut", `results.${type}`), "utf8"),
    );
    expect(resumed.output).toContain(markdown);
    expect(markdown).toContain("0 of 2 reached it");
    expect(csv?.trimEnd().split("\n")).toHaveLength(3);
    for (const { runs } of resultsOf("cut").cells) {
      for (const { run, federated } of runs) {
        const saved = JSON.parse(readFileSync(join(home, "runs", run, "result.json"), "utf8"));
        expect(saved.federated.accuracy).toBe(federated);
      }
    }
  });

  test("leaves no updates behind", () => {
    const left = readdirSync(objects, { recursive: true, encoding: "utf8" });
    const models = left.filter((path) => clientsModels.some((prefix) => path.startsWith(`${prefix}cut-`)));
    expect(models.filter((path) => path.endsWith(".safetensors"))).toEqual([]);
    const metrics = left.filter((path) => /^runs\/cut-.+metrics\.json$/.test(path));
    expect(metrics.length).toBeGreaterThan(2 * (30 + 2));
  });

  test("run once more, runs nothing and says the same", async () => {
    const before = runsOf("cut");
    const again = await study(definition, {}, "--json");
    expect(again).toMatchObject({ code: 0, said: "" });
    expect(studyResults.parse(JSON.parse(again.output))).toEqual(resultsOf("cut"));
    expect(runsOf("cut")).toEqual(before);
  });

  test("with a further cell, runs that one only", async () => {
    const interrupt = new AbortController();
    const more = { ...definition, vary: { "federation.rounds": [1, 2] }, seeds: [2] };
    const runs = planStudy(more, checkConfig).runs.length;
    const told: string[] = [];
    const answer = await study(more, { signal: interrupt.signal, onSaid: (text) => told.push(text) });
    expect(answer.code).toBe(0);
    expect(told.filter((line) => line.startsWith("run "))).toHaveLength(runs);
    expect(answer.said).toMatch(/1, seed 2: kept/);
    expect(answer.said).toMatch(/2, seed 2: federated/);
  });
});

test("a run that fails leaves the others be: they are tabulated, and the study ends with 1", async () => {
  const answer = await study({
    name: "diverging",
    preset: "smoke",
    config: { dataset: { limit: 500 }, baseline: { enabled: false }, federation: { rounds: 1 } },
    vary: {
      training: [
        { label: "wild", set: { "training.learningRate": 1_000, "training.weightDecay": 1_000 } },
        { label: "tame", set: { "training.learningRate": 0.1 } },
      ],
    },
    seeds: [1],
  } as { name: string });
  expect(answer.code).toBe(1);
  expect(answer.said).toMatch(/wild, seed 1: failed: .*TrainingDiverged/s);
  expect(answer.said).toMatch(/StudyIncomplete: 1 of 2 runs failed/);
  expect(answer.output).toMatch(/\| wild +\| +0 of 1, 1 failed \|/);
  expect(answer.output).toMatch(/\| tame +\| +1 \| +100 \| +\d\d\.\d\d \|/);
});
