import { beforeAll, describe, expect, test, vi } from "vitest";
import { answerOf } from "../../cli/predict/answer.ts";
import { readModels } from "../../cli/predict/read-models.ts";
import { planFork } from "../../cli/run/fork.ts";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { comparisonText } from "../../report/comparison-text.ts";
import { reportPage } from "../../report/page.ts";
import { numbersInJson } from "../../report/predictions-json.ts";
import { roundTable } from "../../report/round-table.ts";
import { compareRuns } from "../../report/run-comparison.ts";
import { storyOf } from "../../report/story.ts";
import { studyMarkdown } from "../../report/study-table.ts";
import { summary } from "../../report/summary.ts";
import { valuesTable } from "../../report/values-table.ts";
import { type Examples, poolExamples } from "../../shared/dataset/examples.ts";
import { keys, modelFiles } from "../../shared/layout.ts";
import { planStudy } from "../../shared/study/plan.ts";
import { studyOutcome } from "../../shared/study/results.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { completedEpochs, completedRounds } from "../../storage/run-objects.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { here } from "../cli/verify/here.ts";
import { loadFromFiles, predictByTensorflow } from "../shared/model/export/loaded-model.ts";
import { ordinal } from "../toys/ordinal-task.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { errorIn, errorsOf, mean, ordinalConfig } from "./ordinal-figures.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

// the one line that a task takes beside its folder
vi.mock("../../shared/task/kinds.ts", async (original) => {
  const { taskKinds } = await original<typeof import("../../shared/task/kinds.ts")>();
  const { ordinal } = await import("../toys/ordinal-task.ts");
  return { taskKinds: [...taskKinds, ordinal] };
});

describe("a run of a task that only its own file and its line in the registry know", () => {
  const bucket = new MemoryBucket();
  let result: Result;
  let heldOut: Examples;
  const threshold = 0.2;
  const stop = `federation.stop.meanAbsoluteError=${threshold}`;
  const rounds = () => completedRounds(bucket.objects, "r");
  beforeAll(async () => {
    await claimRun(bucket, "r", ordinalConfig(stop));
    ({ result } = await playRun(bucket, "r"));
    const plan = planRecord.parse(bucket.json(keys.plan("r")));
    const shards = plan.clients.map(({ client }) => readShard(bucket.objects, plan, client));
    heldOut = poolExamples((await Promise.all(shards)).map((shard) => shard.test));
  });

  test("has as many outputs as the task says", () => {
    expect(planRecord.parse(bucket.json(keys.plan("r"))).model).toMatchObject({ features: 12, outputs: 1 });
  });

  test("comes to models whose figures are those of a float64 recomputation", async () => {
    const models = await readModels(bucket.objects, result, "both");
    expect(models.map(({ name }) => name)).toEqual(["federated", "baseline"]);
    for (const { name, parameters } of models) {
      const errors = errorsOf(parameters, heldOut);
      const figures = result[name];
      if (!figures) throw new Error(`there is no ${name} model`);
      expect(figures.examples).toBe(heldOut.count);
      expect(errorIn(figures)).toBeCloseTo(mean(errors.map(Math.abs)), 5);
      expect(figures.loss).toBeCloseTo(mean(errors.map((error) => error ** 2)), 5);
      expect(Object.keys(figures)).not.toContain("accuracy");
    }
    const { compared, ratio, federated, baseline } = result;
    expect(compared?.federated).toBe(errorIn(federated));
    expect(ratio).toBe(errorIn(federated) / errorIn(baseline ?? {}));
  });

  test("sums up what its clients evaluate", async () => {
    const { evaluated, clients } = (await rounds()).at(-1) ?? {};
    const sum = clients?.reduce((sum, one) => sum + errorIn(one) * (one.examples ?? NaN), 0) ?? NaN;
    expect(errorIn(evaluated ?? {})).toBeCloseTo(sum / heldOut.count, 10);
  });

  test("ends as soon as its error is as low as the threshold", async () => {
    const errors = result.federated.rounds.map(errorIn);
    const reached = errors.findIndex((error) => error <= threshold);
    expect(reached).toBeGreaterThan(0);
    // the round that evaluates a model has trained one more
    expect(errors).toHaveLength(reached + 2);
    expect(errors.length).toBeLessThan(8);
    expect(result.federated.ended).toBe("meanAbsoluteError");
    expect(errorIn(result.federated)).toBe(Math.min(...errors));
    expect(Math.max(...errors)).toBeGreaterThan(threshold);
  });

  test("is told in its own words", async () => {
    const read = { rounds: await rounds(), epochs: await completedEpochs(bucket.objects, "r") };
    const page = reportPage(storyOf({ result, ...read, models: undefined }));
    const card = Buffer.from(bucket.contents.get(keys.model("r", "federated", "README.md")) ?? []).toString();
    const table = roundTable(read.rounds);
    const text = summary(result);
    const compared = comparisonText(compareRuns([result, { ...result, run: "other" }]));
    for (const said of [page, card, table, text, compared]) {
      expect(said.match(/mean absolute error/i)).not.toBeNull();
      // a field of the configuration is called accuracy even so
      expect(said.match(/confusion|(?<!stop\.|")accuracy|cross-entropy/i)).toBeNull();
    }
    for (const said of [table, compared]) expect(said).not.toContain("%");
    expect(page.match(/when the target was reached/)).not.toBeNull();
    expect(page.match(/without handing over an example: it errs by/)).not.toBeNull();
    expect(card).toContain(
      ", no activation at the end) that estimates the label of an example of toy as a number.",
    );
    expect(card).toContain("\nnumbers = values\n");
  });

  test("exports a model that gives its outputs as they are", async () => {
    const [federated] = await readModels(bucket.objects, result, "federated");
    const files = modelFiles.map((file) => [file, bucket.contents.get(keys.model("r", "federated", file))]);
    const outputs = await predictByTensorflow(await loadFromFiles(Object.fromEntries(files)), heldOut);
    const errors = errorsOf(federated?.parameters ?? new Float32Array(), heldOut);
    outputs.forEach(([output = NaN], row) => {
      expect(output - 0.5 * (heldOut.y[row] ?? NaN)).toBeCloseTo(errors[row] ?? NaN, 5);
    });
  });

  test("is asked about an example, and gives a number for each model", async () => {
    const models = await readModels(bucket.objects, result, "both");
    const example = { source: "a.csv:1", values: heldOut.x.subarray(0, heldOut.features) };
    const numbers = models.map(({ parameters }) => {
      const [error = NaN] = errorsOf(parameters, heldOut);
      return error + 0.5 * (heldOut.y[0] ?? NaN);
    });
    const all = [{ ...example, ...answerOf(example, models, ordinal.ending) }];
    expect(all[0]?.values.federated?.[0]).toBeCloseTo(numbers[0] ?? NaN, 10);
    expect(all[0]?.values.baseline?.[0]).toBeCloseTo(numbers[1] ?? NaN, 10);
    const shown = numbers.map((number) => String(Number(number.toPrecision(4))));
    const line = valuesTable(all, ["federated", "baseline"])
      .split("\n")
      .find((text) => text.includes("a.csv:1"));
    expect(line?.split("│").map((cell) => cell.trim())).toEqual(["", "a.csv:1", ...shown, ""]);
    expect(numbersInJson(all)).toEqual({
      examples: [
        {
          source: "a.csv:1",
          federated: { values: all[0]?.values.federated },
          baseline: { values: all[0]?.values.baseline },
        },
      ],
    });
  });

  test("is tabulated in a study by its score, and its target is one that it falls to", () => {
    const config = { task: { kind: "ordinal" }, federation: { stop: { patience: 9 } } };
    const study = { name: "steps", config, vary: { "task.step": [0.5] }, seeds: [1] };
    const plan = planStudy({ ...study, targetMeanAbsoluteError: threshold }, checkConfig);
    const [cell] = plan.cells;
    if (!cell) throw new Error("the study has no cell");
    const results = studyOutcome(plan, [{ cell, result }], result.dataset, "1");
    expect(results.score).toBe("meanAbsoluteError");
    const reached = result.federated.rounds.findIndex((round) => errorIn(round) <= threshold) + 1;
    expect(results.cells[0]?.runs).toMatchObject([
      { federated: errorIn(result.federated), roundsToTarget: reached },
    ]);
    const [head, , line] = studyMarkdown(results).split("\n");
    expect(head).toMatch(/\| federated \| centralized \| {2}ratio \| rounds to 0\.2 \|/);
    expect(line).toContain(errorIn(result.federated).toFixed(4));
    expect(() => planStudy({ ...study, targetAccuracy: 0.9 }, checkConfig)).toThrow(
      /^targetAccuracy: the task ordinal is judged by its mean absolute error; name targetMeanAbsoluteError/,
    );
    const both = { name: "both", vary: { "task.kind": ["classification", "ordinal"] }, seeds: [1] };
    expect(() => planStudy(both, checkConfig)).toThrow(
      /^vary: "classification" is judged by its accuracy, and "ordinal" by its mean absolute error; /,
    );
  });

  test("is verified, every object of it", async () => {
    const { findings } = await verifyRun(bucket, "r", here, { baseline: true });
    expect(findings).toEqual([]);
  });

  test("goes on with its own task only", async () => {
    const from = { run: "r", round: 2 };
    await expect(planFork(bucket, from, { set: ["task.step=1"] })).rejects.toMatchObject({
      name: "ConfigInvalid",
      message: expect.stringMatching(/^task\.step: got 1, and the model of r was trained with 0\.5; /),
    });
  });

  test("is not compared with a run of another task", async () => {
    await claimRun(bucket, "classes", toyConfig("federation.rounds=1", "baseline.enabled=false"));
    const { result: other } = await playRun(bucket, "classes");
    expect(() => compareRuns([result, other])).toThrow(
      expect.objectContaining({
        name: "ComparisonInvalid",
        message: "r is judged by its mean absolute error, classes by its accuracy; compare runs of one task",
      }),
    );
  });
});
