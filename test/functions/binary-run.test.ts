import { beforeAll, describe, expect, test } from "vitest";
import { answerOf } from "../../cli/predict/answer.ts";
import { judged } from "../../cli/predict/judge.ts";
import { readModels } from "../../cli/predict/read-models.ts";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { askedInJson, askedText } from "../../report/asked-figures.ts";
import { reportPage } from "../../report/page.ts";
import { storyOf } from "../../report/story.ts";
import { summary } from "../../report/summary.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { type Examples, poolExamples } from "../../shared/dataset/examples.ts";
import { keys } from "../../shared/layout.ts";
import { inferOutputs } from "../../shared/model/infer-outputs.ts";
import { randomStream } from "../../shared/random.ts";
import { rocAuc } from "../../shared/task/binary/curves.ts";
import { BinaryTally } from "../../shared/task/binary/evaluation.ts";
import { binary } from "../../shared/task/binary/kind.ts";
import { softmax } from "../../shared/task/classification/softmax.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { baselineClients } from "../../shared/workflow/round-records.ts";
import { completedEpochs, completedRounds } from "../../storage/run-objects.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { here } from "../cli/verify/here.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { claimData } from "./claimed-data.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { playRun } from "./played-run.ts";

/** One in ten is ill, and their values lie somewhat higher; the ill are the first class, so that its name has to be found. */
function patients(): DatasetContent {
  const [count, features] = [600, 4];
  const draw = randomStream(11, "start");
  const y = Int32Array.from({ length: count }, (_, i) => (i % 10 === 3 ? 0 : 1));
  const x = Float32Array.from({ length: count * features }, (_, i) => {
    const noise = draw.unit() + draw.unit() + draw.unit() - 1.5;
    return 100 + 10 * (noise + (y[Math.floor(i / features)] === 0 ? 0.5 : 0));
  });
  const classNames = ["ill", "well"];
  return { name: "patients", classes: 2, classNames, examples: { x, y, count, features } };
}

const file = {
  partition: { kind: "iid", clients: 3 },
  model: { hidden: [] },
  training: { batchSize: 16, learningRate: 0.05 },
  federation: { rounds: 6 },
  baseline: { epochs: 6 },
};
const configOf = (...set: string[]) => resolveConfig({ file, set, classes: 2 });

describe("a run of two classes", () => {
  const bucket = new MemoryBucket();
  let result: Result;
  let heldOut: Examples;
  beforeAll(async () => {
    await claimData(bucket, "r", patients(), configOf("task.positive=ill"));
    ({ result } = await playRun(bucket, "r"));
    const plan = planRecord.parse(bucket.json(keys.plan("r")));
    const shards = plan.clients.map(({ client }) => readShard(bucket.objects, plan, client));
    heldOut = poolExamples((await Promise.all(shards)).map((shard) => shard.test));
  });

  test("is judged by what each model's probabilities are in float64, of the class that is looked for", async () => {
    const models = await readModels(bucket.objects, result, "both");
    expect(models).toHaveLength(2);
    for (const { name, spec, parameters } of models) {
      const figures = result[name];
      const width = heldOut.features;
      const scored = Array.from(heldOut.y, (label, row) => {
        const values = (heldOut.x as Float32Array).subarray(row * width, (row + 1) * width);
        return { ill: label === 0, p: softmax(inferOutputs(spec, parameters, values))[0] ?? NaN };
      });
      const [ill, well] = [scored.filter((one) => one.ill), scored.filter((one) => !one.ill)];
      const won = ill.flatMap((a) => well.map((b) => (Math.sign(a.p - b.p) + 1) / 2));
      const area = won.reduce((sum, one) => sum + one, 0) / won.length;
      expect(figures?.positives).toBe(ill.length);
      expect(figures?.negatives).toBe(well.length);
      expect(Math.abs((figures?.rocAuc ?? NaN) - area)).toBeLessThanOrEqual(
        (figures?.rocAucWithin ?? 0) + 1e-9,
      );
      expect(area).toBeGreaterThan(0.75);
      const brier = scored.reduce((sum, { ill, p }) => sum + (p - Number(ill)) ** 2, 0) / scored.length;
      expect(figures?.brier).toBeCloseTo(brier, 6);
      const found = ill.filter(({ p }) => p >= (figures?.youden?.threshold ?? NaN)).length / ill.length;
      expect(figures?.youden?.sensitivity).toBeCloseTo(found, 12);
    }
    expect(result.compared?.federated).toBe(result.federated.rocAuc);
  });

  test("of examples whose class is known, predict tells the run's figures, at the threshold that the run has chosen", async () => {
    // the examples are scaled already
    const models = (await readModels(bucket.objects, result, "both")).map((model) => ({
      ...model,
      scaling: null,
    }));
    const answered = Array.from(heldOut.y, (label, row) => {
      const values = (heldOut.x as Float32Array).subarray(
        row * heldOut.features,
        (row + 1) * heldOut.features,
      );
      return { ...answerOf({ values }, models, binary.ending), label };
    });
    const some = answered.filter((_, i) => i % 3 > 0);
    for (const { name, figures, config } of judged(result, models, answered)) {
      const { rocAuc, prAuc, positives, youden } = result[name] ?? {};
      expect(figures.rocAuc).toBeCloseTo(rocAuc ?? NaN, 2);
      expect(figures.prAuc).toBeCloseTo(prAuc ?? NaN, 2);
      expect(figures.positives).toBe(positives);
      const ofSome = judged(result, models, some).find((one) => one.name === name);
      if (!ofSome) throw new Error("nothing is known");
      expect(ofSome.config).toEqual(config);
      expect(askedInJson(result, [ofSome])[name]?.details.threshold).toBe(youden?.threshold);
      // what the models name, one by one
      const ill = some.filter(({ label }) => label === 0);
      const found = ill.filter(({ values }) => (values[name]?.[0] ?? NaN) >= (youden?.threshold ?? NaN));
      expect(askedInJson(result, [ofSome])[name]?.details.sensitivity).toBeCloseTo(
        found.length / ill.length,
        1,
      );
    }
    const text = askedText(result, judged(result, models, some));
    expect(text).toMatch(new RegExp(`over ${some.length} labelled examples +│ +federated │ centralized`));
    for (const row of ["ROC AUC", "chance", "PR AUC", "majority line", "sensitivity", "balanced accuracy"]) {
      expect(text).toMatch(new RegExp(`│ ${row} +│`));
    }
    const wells = askedText(
      result,
      judged(
        result,
        models,
        answered.filter(({ label }) => label === 1),
      ),
    );
    expect(wells).toMatch(/│ ROC AUC +│ +- │ +- │/);
    expect(wells).toContain('no example of "ill" was evaluated');
  });

  test("trains the very weights that a classification would", async () => {
    await claimData(bucket, "c", patients(), configOf("task.kind=classification"));
    const { result: other } = await playRun(bucket, "c");
    expect(other.federated.weightsSha256).toBe(result.federated.weightsSha256);
    expect(other.baseline?.weightsSha256).toBe(result.baseline?.weightsSha256);
    expect(other.federated.accuracy).toBe(result.federated.atHalf?.accuracy);
  });

  test("is told with majority line, figures at two thresholds and what it hardly finds", async () => {
    const said = summary(result);
    expect(said).toMatch(/│ chance +│ +0\.5 │/);
    expect(said).toMatch(/majority line +│ +87\.50 %/);
    expect(said).toMatch(/positive examples \(ill\) +│ +12\.50 %/);
    expect(said).toMatch(/threshold by Youden's index/);
    const story = {
      rounds: await completedRounds(bucket.objects, "r"),
      epochs: await completedEpochs(bucket.objects, "r"),
    };
    const page = reportPage(storyOf({ result, ...story, models: undefined }));
    for (const part of ["ROC curve", "Precision and recall", "Calibration", "majority line"]) {
      expect(page).toContain(part);
    }
    const card = Buffer.from(bucket.contents.get(keys.model("r", "federated", "README.md")) ?? []).toString();
    expect(card).toMatch(/\| PR AUC +\|/);
    const { federated } = result;
    const lost = { ...federated, atHalf: { ...federated.atHalf, sensitivity: 0 } } as Result["federated"];
    expect(summary({ ...result, federated: lost })).toContain(
      'warning: the federated model hardly recognizes "ill" at the threshold 0.5 (0 of 15 found)',
    );
  });

  test("is verified, every object of it", async () => {
    const { findings } = await verifyRun(bucket, "r", here, { baseline: true });
    expect(findings).toEqual([]);
  });

  test("balances its classes where it is asked to, by all clients' labels", async () => {
    await claimData(bucket, "w", patients(), configOf("task.positive=ill", "task.classWeights=balanced"));
    const { result: weighted } = await playRun(bucket, "w");
    const { fit } = planRecord.parse(bucket.json(keys.plan("w")));
    // 45 of the 480 that are trained with are ill
    expect(fit).toEqual({ positive: 0, classWeights: [480 / (2 * 45), 480 / (2 * 435)] });
    const [before, after] = [result, weighted].map((one) => one.baseline?.atHalf?.sensitivity ?? NaN);
    expect(after).toBeGreaterThan((before ?? NaN) + 0.2);
    const { findings } = await verifyRun(bucket, "w", here, { baseline: true });
    expect(findings).toEqual([]);
  });

  test.each([
    ["another loss", { lossSum: 0 }, "at a summed loss of 0, and its histograms allow"],
    [
      "other squared errors",
      { squaredErrorSum: 39 },
      "at summed squared errors of 39, and its histograms allow",
    ],
  ])("leaves out by name who claims %s than its histograms allow", async (_, claimed, cause) => {
    const forged = new MemoryBucket();
    await claimData(forged, "r", patients(), configOf("federation.quorum=0.5", "baseline.enabled=false"));
    await playRun(forged, "r");
    await forge(forged, { run: "r", round: 2, client: 1 }, ({ header }) =>
      JSON.stringify({ ...header, evaluation: { ...header.evaluation, ...claimed } }),
    );
    const { silent } = await aggregateAgain(forged, "r", 2);
    expect(silent).toMatchObject([
      { client: 1, error: "UpdateInvalid", cause: expect.stringContaining(cause) },
    ]);
  });

  test("is beside the baseline over the examples that both have, where clients stay silent in the end", async () => {
    const left = new MemoryBucket();
    // the parts are of one class each, and of both: none has an area of its own but one
    const config = configOf("task.positive=ill", "partition.kind=main-label", "federation.quorum=0.2");
    await claimData(left, "r", patients(), config);
    const silent = 2;
    const { result: some } = await playRun(left, "r", {
      interfere: async (round, client, evaluate) =>
        round === 7 && client === silent ? { client, error: { Error: "Sandbox.Timedout" } } : evaluate(),
    });
    const plan = planRecord.parse(left.json(keys.plan("r")));
    const reported = plan.clients.filter(({ client }) => client !== silent);
    const shards = reported.map(({ client }) => readShard(left.objects, plan, client));
    const parts = (await Promise.all(shards)).map((shard) => shard.test);
    const common = poolExamples(parts);
    expect(some.federated.examples).toBe(common.count);
    expect(some.baseline?.examples).toBeGreaterThan(common.count);
    const [baseline] = await readModels(left.objects, some, "baseline");
    if (!baseline) throw new Error("no baseline");
    const tally = new BinaryTally();
    for (let row = 0; row < common.count; row++) {
      const values = (common.x as Float32Array).subarray(row * common.features, (row + 1) * common.features);
      const [ill = NaN] = softmax(inferOutputs(baseline.spec, baseline.parameters, values));
      tally.add(Math.log(ill / (1 - ill)), common.y[row] === 0);
    }
    const { area } = rocAuc(tally.sums({ examples: common.count, lossSum: 0 }));
    expect(some.compared?.examples).toBe(common.count);
    expect(some.compared?.federated).toBe(some.federated.rocAuc);
    expect(some.compared?.baseline).toBeCloseTo(area, 3);
    expect(some.ratio).toBeCloseTo((some.federated.rocAuc ?? NaN) / area, 3);
    expect(summary(some)).toContain(`the ratio is over the ${common.count} that both have`);
    const { clients } = baselineClients.parse(left.json(keys.baselineClients("r")));
    expect(clients.map(({ client }) => client)).toEqual([0, 1, 2]);
    expect(clients.filter(({ rocAuc }) => rocAuc === null).length).toBeGreaterThan(0);
    const { findings } = await verifyRun(left, "r", here, { baseline: true });
    expect(findings).toEqual([]);
  });

  test("ends as soon as the area is as large as the threshold", async () => {
    await claimData(
      bucket,
      "s",
      patients(),
      configOf("federation.stop.rocAuc=0.7", "baseline.enabled=false"),
    );
    const { federated } = (await playRun(bucket, "s")).result;
    expect(federated.ended).toBe("rocAuc");
    expect(federated.rounds.length).toBeLessThan(6);
  });
});
