import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { answerOf } from "../../cli/predict/answer.ts";
import { judged } from "../../cli/predict/judge.ts";
import { readModels, type TrainedModel } from "../../cli/predict/read-models.ts";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { dataSizing } from "../../cloud/sizing.ts";
import { summary } from "../../report/summary.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { type Examples, poolExamples, takeExamples } from "../../shared/dataset/examples.ts";
import { keys, modelFiles } from "../../shared/layout.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { randomStream } from "../../shared/random.ts";
import { poisson } from "../../shared/task/poisson/kind.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { here } from "../cli/verify/here.ts";
import { loadFromFiles, predictByTensorflow } from "../shared/model/export/loaded-model.ts";
import { bySklearn, sklearn } from "../shared/task/sklearn.ts";
import { claimData } from "./claimed-data.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { playRun } from "./played-run.ts";

/** Visits, of which many have none: Poisson draws by rates that are the exponential of something linear. */
function visits(): DatasetContent {
  const [count, features] = [600, 3];
  const draw = randomStream(21, "start");
  const noise = () => draw.unit() + draw.unit() + draw.unit() - 1.5;
  const x = Float32Array.from({ length: count * features }, noise);
  const y = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const rate = Math.exp(0.7 + 1.1 * (x[row * features] ?? NaN) - 0.8 * (x[row * features + 1] ?? NaN));
    // Knuth's: as many draws as their product stays above e^-rate
    let [product, events] = [draw.unit(), 0];
    for (; product > Math.exp(-rate); events++) product *= draw.unit();
    y[row] = events;
  }
  return { name: "visits", classes: 1, examples: { x, y, count, features } };
}

const config = resolveConfig({
  file: {
    task: { kind: "poisson" },
    partition: { kind: "iid", clients: 3 },
    model: { hidden: [] },
    training: { batchSize: 16, learningRate: 0.02 },
    federation: { rounds: 30 },
    baseline: { epochs: 30 },
  },
});

describe("a run that predicts rates", () => {
  const bucket = new MemoryBucket();
  let result: Result;
  let models: TrainedModel[];
  let heldOut: Examples;
  let trained: Examples;
  beforeAll(async () => {
    const content = visits();
    await claimData(bucket, "r", content, config);
    ({ result } = await playRun(bucket, "r"));
    models = await readModels(bucket.objects, result, "both");
    const { clients } = partitionDataset(content.examples.y, 1, config);
    const taken = (of: "train" | "test") =>
      poolExamples(clients.map((client) => takeExamples(content.examples, client[of])));
    [heldOut, trained] = [taken("test"), taken("train")];
  });

  const rates = (model: TrainedModel) =>
    Array.from({ length: heldOut.count }, (_, row) => {
      const values = (heldOut.x as Float32Array).subarray(
        row * heldOut.features,
        (row + 1) * heldOut.features,
      );
      return answerOf({ values }, [model], poisson.ending).values[model.name]?.[0] ?? NaN;
    });

  test.skipIf(sklearn === undefined)(
    "has scikit-learn's figures over the pooled rates, and does as well as its regressor",
    () => {
      const rows = ({ x, count, features }: Examples) =>
        Array.from({ length: count }, (_, row) => [...x.subarray(row * features, (row + 1) * features)]);
      const script = `
from sklearn.linear_model import PoissonRegressor
from sklearn import metrics
X, y, held, target, ours = (np.array(given[name]) for name in ("X", "y", "held", "target", "ours"))
theirs = PoissonRegressor(alpha=0).fit(X, y).predict(held)
print(json.dumps({
  "deviance": metrics.mean_poisson_deviance(target, ours), "d2": metrics.d2_tweedie_score(target, ours, power=1),
  "mae": metrics.mean_absolute_error(target, ours), "mse": metrics.mean_squared_error(target, ours),
  "theirs": metrics.d2_tweedie_score(target, theirs, power=1),
}))`;
      for (const model of models) {
        const given = { X: rows(trained), y: [...trained.y], held: rows(heldOut), target: [...heldOut.y] };
        const there = z
          .record(z.string(), z.number())
          .parse(bySklearn(script, { ...given, ours: rates(model) }));
        const figures = result[model.name];
        for (const name of ["deviance", "d2", "mae", "mse"] as const) {
          expect(figures?.[name]).toBeCloseTo(there[name] ?? NaN, 5);
        }
        expect(there.theirs).toBeGreaterThan(0.3);
        expect(figures?.d2).toBeGreaterThan((there.theirs ?? NaN) - 0.02);
      }
    },
  );

  test("of examples whose count is known, predict tells the very figures of the run", () => {
    const answered = Array.from({ length: heldOut.count }, (_, row) => {
      const values = (heldOut.x as Float32Array).subarray(row * 3, row * 3 + 3);
      return { ...answerOf({ values }, models, poisson.ending), label: heldOut.y[row] ?? NaN };
    });
    for (const { name, figures } of judged(result, models, answered)) {
      for (const figure of ["deviance", "d2", "mae", "mse", "meanTarget", "meanRate"] as const) {
        expect(figures[figure]).toBeCloseTo(result[name]?.[figure] ?? NaN, 5);
      }
    }
  });

  test("exports an exponential that TensorFlow.js can take, from tiny rates to large ones", async () => {
    const [federated] = models;
    if (!federated) throw new Error("there is no model");
    const files = modelFiles.map((file) => [file, bucket.contents.get(keys.model("r", "federated", file))]);
    const loaded = await loadFromFiles(Object.fromEntries(files));
    // far beyond what was trained with: rates over a factor of millions
    const far = { ...heldOut, x: heldOut.x.map((value) => 4 * value) };
    for (const examples of [heldOut, far]) {
      const outputs = await predictByTensorflow(loaded, examples);
      const ours = Array.from({ length: examples.count }, (_, row) => {
        const values = (examples.x as Float32Array).subarray(row * 3, row * 3 + 3);
        return answerOf({ values }, [federated], poisson.ending).values.federated?.[0] ?? NaN;
      });
      for (const [row, [output = NaN]] of outputs.entries()) {
        expect(Math.abs(output / (ours[row] ?? NaN) - 1)).toBeLessThan(2e-5);
      }
      if (examples === far) expect(Math.max(...ours) / Math.min(...ours)).toBeGreaterThan(1e5);
    }
  });

  test("is told by its deviance beside that of the mean, and verified", async () => {
    const said = summary(result);
    expect(said).toMatch(/│ +mean Poisson deviance +│/);
    expect(said).toMatch(/│ mean line +│ +[\d.]+ │/);
    expect(said).toMatch(/D squared\) +│ +0\.\d+/);
    const { findings } = await verifyRun(bucket, "r", here, { baseline: true });
    expect(findings).toEqual([]);
  });

  test("refuses what no rate has before anything starts", () => {
    const content = visits();
    content.examples.y[7] = -1;
    expect(() => dataSizing(config, content)).toThrow(
      /^visits: example 7: the target -1 is none that a rate can have: poisson takes 0 and above/,
    );
  });
});
