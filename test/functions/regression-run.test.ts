import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { answerOf } from "../../cli/predict/answer.ts";
import { judged } from "../../cli/predict/judge.ts";
import { readModels, type TrainedModel } from "../../cli/predict/read-models.ts";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { dataSizing } from "../../cloud/sizing.ts";
import { reportPage } from "../../report/page.ts";
import { storyOf } from "../../report/story.ts";
import { summary } from "../../report/summary.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { type DatasetContent, decodeDataset, encodeDataset } from "../../shared/dataset/dataset.ts";
import { type Examples, poolExamples, takeExamples } from "../../shared/dataset/examples.ts";
import { keys, modelFiles } from "../../shared/layout.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { randomStream } from "../../shared/random.ts";
import { regression } from "../../shared/task/regression/kind.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { completedEpochs, completedRounds } from "../../storage/run-objects.ts";
import { here } from "../cli/verify/here.ts";
import { loadFromFiles, predictByTensorflow } from "../shared/model/export/loaded-model.ts";
import { bySklearn, sklearn } from "../shared/task/sklearn.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { claimData } from "./claimed-data.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { playRun } from "./played-run.ts";

/** Costs far from zero, of features far from zero in units of their own. */
function costs(): DatasetContent {
  const [count, features] = [400, 3];
  const draw = randomStream(12, "start");
  const noise = () => draw.unit() + draw.unit() + draw.unit() - 1.5;
  const x = new Float32Array(count * features);
  const y = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const [a, b, c] = [noise(), noise(), noise()];
    x.set([1000 + 10 * a, 0.01 * b, -5 + c], row * features);
    y[row] = 50_000 + 900 * a - 400 * b + 200 * c + 150 * noise();
  }
  return { name: "costs", classes: 1, examples: { x, y, count, features } };
}

const file = {
  task: { kind: "regression" },
  partition: { kind: "iid", clients: 3 },
  model: { hidden: [] },
  training: { batchSize: 16, learningRate: 0.02 },
  federation: { rounds: 12 },
  baseline: { epochs: 12 },
};
const configOf = (...set: string[]) => resolveConfig({ file, set });
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("a run that predicts numbers", () => {
  const bucket = new MemoryBucket();
  let result: Result;
  let models: TrainedModel[];
  /** As they came: not scaled. */
  let heldOut: Examples;
  let trained: Examples;
  beforeAll(async () => {
    const content = costs();
    await claimData(bucket, "r", content, configOf());
    ({ result } = await playRun(bucket, "r"));
    models = await readModels(bucket.objects, result, "both");
    const { clients } = partitionDataset(content.examples.y, 1, configOf());
    const taken = (of: "train" | "test") =>
      poolExamples(clients.map((client) => takeExamples(content.examples, client[of])));
    [heldOut, trained] = [taken("test"), taken("train")];
  });

  const predictions = (model: TrainedModel, { x, count, features }: Examples) =>
    Array.from({ length: count }, (_, row) => {
      const values = (x as Float32Array).subarray(row * features, (row + 1) * features);
      const all = answerOf({ values }, [model], regression.ending).values;
      return all[model.name]?.[0] ?? NaN;
    });

  test("comes to models whose figures are those of a float64 recomputation over the pooled examples", () => {
    expect(models).toHaveLength(2);
    for (const model of models) {
      const figures = result[model.name];
      const errors = predictions(model, heldOut).map((number, row) => number - (heldOut.y[row] ?? NaN));
      const center = mean([...heldOut.y]);
      const around = mean(Array.from(heldOut.y, (target) => (target - center) ** 2));
      const square = mean(errors.map((error) => error ** 2));
      expect(figures?.examples).toBe(heldOut.count);
      expect(figures?.rmse).toBeCloseTo(Math.sqrt(square), 2);
      expect(figures?.mae).toBeCloseTo(mean(errors.map(Math.abs)), 2);
      expect(figures?.r2).toBeCloseTo(1 - square / around, 5);
      expect(figures?.deviation).toBeCloseTo(Math.sqrt(around), 6);
      // it has learned, by plain SGD, what lies 50,000 away from where it began
      expect(figures?.r2).toBeGreaterThan(0.9);
    }
  });

  test("of examples whose number is known, predict tells the very figures of the run", () => {
    const answered = Array.from({ length: heldOut.count }, (_, row) => {
      const values = (heldOut.x as Float32Array).subarray(
        row * heldOut.features,
        (row + 1) * heldOut.features,
      );
      return { ...answerOf({ values }, models, regression.ending), label: heldOut.y[row] ?? NaN };
    });
    const unknown = answered.slice(0, 5).map(({ outputs, values }) => ({ outputs, values }));
    for (const { name, examples, figures } of judged(result, models, [...unknown, ...answered])) {
      const { rmse, mae, r2, deviation } = result[name] ?? {};
      expect(examples).toBe(heldOut.count);
      expect((figures.rmse ?? NaN) / (rmse ?? NaN)).toBeCloseTo(1, 5);
      expect((figures.mae ?? NaN) / (mae ?? NaN)).toBeCloseTo(1, 5);
      expect(figures.r2).toBeCloseTo(r2 ?? NaN, 6);
      expect(figures.deviation).toBeCloseTo(deviation ?? NaN, 6);
    }
    expect(judged(result, models, unknown)).toEqual([]);
  });

  test.skipIf(sklearn === undefined)(
    "does as well as scikit-learn's least squares, by its own metrics",
    () => {
      const rows = ({ x, count, features }: Examples) =>
        Array.from({ length: count }, (_, row) => [...x.subarray(row * features, (row + 1) * features)]);
      const script = `
from sklearn.linear_model import LinearRegression
from sklearn import metrics
X, y, held, target = (np.array(given[name]) for name in ("X", "y", "held", "target"))
line = LinearRegression().fit((X - X.mean(0)) / X.std(0), y).predict((held - X.mean(0)) / X.std(0))
ours = np.array(given["ours"])
print(json.dumps({
  "line": metrics.r2_score(target, line), "r2": metrics.r2_score(target, ours),
  "mae": metrics.mean_absolute_error(target, ours), "mse": metrics.mean_squared_error(target, ours),
}))`;
      for (const model of models) {
        const there = z.record(z.string(), z.number()).parse(
          bySklearn(script, {
            X: rows(trained),
            y: [...trained.y],
            held: rows(heldOut),
            target: [...heldOut.y],
            ours: predictions(model, heldOut),
          }),
        );
        const figures = result[model.name];
        expect(figures?.r2).toBeCloseTo(there.r2 ?? NaN, 6);
        expect(figures?.mae).toBeCloseTo(there.mae ?? NaN, 2);
        expect((figures?.loss ?? NaN) / (there.mse ?? NaN)).toBeCloseTo(1, 5);
        expect(figures?.r2).toBeGreaterThan((there.line ?? NaN) - 0.01);
      }
    },
  );

  test("fits its targets' scale from what each client trains with alone", () => {
    const { fit } = planRecord.parse(bucket.json(keys.plan("r")));
    const center = mean([...trained.y]);
    expect(fit?.targets?.mean).toBeCloseTo(center, 6);
    expect(fit?.targets?.deviation).toBeCloseTo(
      Math.sqrt(mean(Array.from(trained.y, (y) => (y - center) ** 2))),
      6,
    );
  });

  test("exports a model that gives fedstep's own numbers for rows as they stand", async () => {
    const [federated] = models;
    if (!federated) throw new Error("there is no model");
    const files = modelFiles.map((file) => [file, bucket.contents.get(keys.model("r", "federated", file))]);
    const outputs = await predictByTensorflow(await loadFromFiles(Object.fromEntries(files)), heldOut);
    const ours = predictions(federated, heldOut);
    expect(outputs).toHaveLength(ours.length);
    for (const [row, [output = NaN]] of outputs.entries()) {
      expect(output / (ours[row] ?? NaN)).toBeCloseTo(1, 6);
    }
  });

  test("is told by its error, R squared and what the mean alone would do", async () => {
    const said = summary(result);
    expect(said).toMatch(/│ federated +│ +\d{2,3}\.?\d* │/);
    expect(said).toMatch(/│ mean line +│ +\d+/);
    expect(said).toMatch(/R squared +│ +0\.9/);
    const [rounds, epochs] = [
      await completedRounds(bucket.objects, "r"),
      await completedEpochs(bucket.objects, "r"),
    ];
    const page = reportPage(storyOf({ result, rounds, epochs, models: undefined }));
    const card = Buffer.from(bucket.contents.get(keys.model("r", "federated", "README.md")) ?? []).toString();
    for (const text of [page, card]) {
      expect(text).toContain("R squared");
      expect(text.match(/confusion|(?<!stop\.|")accuracy|cross-entropy|softmax/i)).toBeNull();
    }
    expect(card).toContain(
      `numbers = ${models[0]?.fit.targets?.mean} + ${models[0]?.fit.targets?.deviation} * values`,
    );
    expect(card).toContain("that estimates a number for each example of costs.");
  });

  test("is verified, every object of it", async () => {
    const { findings } = await verifyRun(bucket, "r", here, { baseline: true });
    expect(findings).toEqual([]);
  });

  test("ends as soon as its error is as low as the threshold", async () => {
    await claimData(bucket, "s", costs(), configOf("federation.stop.rmse=300", "baseline.enabled=false"));
    const { federated } = (await playRun(bucket, "s")).result;
    expect(federated.ended).toBe("rmse");
    expect(federated.rmse).toBeLessThanOrEqual(300);
  });

  test("ends when it has not become better for so many rounds, and keeps the model that errs least", async () => {
    const restless = ["training.learningRate=0.2", "federation.rounds=40", "federation.stop.patience=2"];
    await claimData(bucket, "p", costs(), configOf(...restless, "baseline.enabled=false"));
    const { federated } = (await playRun(bucket, "p")).result;
    expect(federated.ended).toBe("patience");
    const errors = federated.rounds.map(({ rmse }) => rmse ?? NaN);
    expect(federated.rmse).toBe(Math.min(...errors));
    expect(federated.round).toBe(errors.indexOf(Math.min(...errors)) + 1);
    expect(errors.at(-1)).toBeGreaterThan(federated.rmse ?? NaN);
  });

  test("leaves out by name who claims absolute errors that its squares do not allow", async () => {
    const forged = new MemoryBucket();
    await claimData(forged, "r", costs(), configOf("federation.quorum=0.5", "baseline.enabled=false"));
    await playRun(forged, "r");
    await forge(forged, { run: "r", round: 2, client: 1 }, ({ header }) =>
      JSON.stringify({ ...header, evaluation: { ...header.evaluation, absoluteErrorSum: 1e9 } }),
    );
    const { silent } = await aggregateAgain(forged, "r", 2);
    expect(silent).toMatchObject([
      {
        client: 1,
        error: "UpdateInvalid",
        cause: expect.stringContaining("its absolute ones are 1000000000"),
      },
    ]);
  });

  test("takes numbers, and divides them by no class", () => {
    const content = costs();
    expect(decodeDataset(encodeDataset(content))).toEqual(content);
    expect(() => dataSizing(configOf("partition.kind=dirichlet"), content)).toThrow(
      /^partition\.kind: dirichlet divides by classes, and the targets are numbers; take iid, size or natural-id$/,
    );
    expect(() => dataSizing(configOf("task.kind=classification"), content)).toThrow(
      /^task\.kind: classification takes classes, and the targets of costs are numbers; /,
    );
    const { x, count, features } = content.examples;
    const classes = { ...content, classes: 2, examples: { x, y: new Int32Array(count), count, features } };
    expect(() => dataSizing(configOf(), classes)).toThrow(
      /^task\.kind: regression takes targets that are numbers, and costs was read as 2 classes; /,
    );
  });
});
