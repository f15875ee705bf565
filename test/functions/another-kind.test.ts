import { beforeAll, describe, expect, test, vi } from "vitest";
import { readModels } from "../../cli/predict/read-models.ts";
import { planFork } from "../../cli/run/fork.ts";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { mnistSize } from "../../cloud/cost/data-size.ts";
import { withLimits } from "../../cloud/deployment.ts";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { checkLimits } from "../../cloud/limits/limits.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { reportPage } from "../../report/page.ts";
import { storyOf } from "../../report/story.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { type Examples, poolExamples } from "../../shared/dataset/examples.ts";
import { keys, modelFiles, modelNames } from "../../shared/layout.ts";
import { inferOutputs } from "../../shared/model/infer-outputs.ts";
import { softmax } from "../../shared/task/classification/softmax.ts";
import { type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { here } from "../cli/verify/here.ts";
import { evaluateByTensorflow, loadFromFiles } from "../shared/model/export/loaded-model.ts";
import { mlpOf } from "../shared/model/mlp-of.ts";
import { lossAndGradient } from "../shared/model/reference.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, playRun, toy } from "./played-run.ts";

// the two lines that a kind takes beside its folder
vi.mock("../../shared/model/kinds.ts", async (original) => {
  const { modelKinds } = await original<typeof import("../../shared/model/kinds.ts")>();
  const { linear } = await import("../toys/linear-kind.ts");
  return { modelKinds: [...modelKinds, linear] };
});
vi.mock("../../shared/model/inference.ts", async (original) => {
  const { inference } = await original<typeof import("../../shared/model/inference.ts")>();
  const { linearOutputs } = await import("../toys/linear-kind.ts");
  return { inference: { ...inference, linear: { outputs: linearOutputs } } };
});

const linearConfig = (...set: string[]) => resolveConfig({ file: toy, set: ["model.kind=linear", ...set] });

describe("a run of a kind of model that only its own folder and its line in the registry know", () => {
  const bucket = new MemoryBucket();
  let plan: Plan;
  let result: Result;
  let heldOut: Examples;
  beforeAll(async () => {
    await claimRun(bucket, "r", linearConfig());
    ({ result } = await playRun(bucket, "r"));
    plan = planRecord.parse(bucket.json(keys.plan("r")));
    const shards = plan.clients.map(({ client }) => readShard(bucket.objects, plan, client));
    heldOut = poolExamples((await Promise.all(shards)).map((shard) => shard.test));
  });

  test("has its settings in the configuration, without those of the kind that was there before", () => {
    expect(linearConfig().model).toEqual({ kind: "linear", spread: 0.25 });
    expect(() => linearConfig("model.hidden=[3]")).toThrow(
      /^model\.hidden: no such field; model of kind linear takes kind, spread \(hidden is a field of mlp\)$/,
    );
    expect(() => resolveConfig({ set: ["model.kind=tree"] })).toThrow(
      /^model\.kind: got "tree"; takes one of mlp, linear/,
    );
  });

  test("has its spec in the plan, and begins as its layout says", async () => {
    expect(plan.model).toEqual({ kind: "linear", features: 12, outputs: 3, spread: 0.25 });
    const { parameters } = await readLinkedGlobal(bucket.objects, plan, 0);
    expect(parameters).toHaveLength(12 * 3 + 3);
    const map = parameters.subarray(0, 36);
    expect(Math.max(...map.map(Math.abs))).toBeLessThanOrEqual(0.25);
    expect(Math.max(...map.map(Math.abs))).toBeGreaterThan(0.2);
    expect([...parameters.subarray(36)]).toEqual([0, 0, 0]);
  });

  test("comes to models whose figures are those of a float64 recomputation", async () => {
    expect(result.federated.accuracy).toBeGreaterThan(0.9);
    const models = await readModels(bucket.objects, result, "both");
    expect(models.map(({ name }) => name)).toEqual(modelNames);
    const all = [...heldOut.y.keys()];
    for (const { name, parameters } of models) {
      const { lossSum } = lossAndGradient(mlpOf(12, [], 3), parameters, heldOut, all);
      expect(lossSum / all.length).toBeCloseTo(result[name]?.loss ?? Number.NaN, 5);
    }
  });

  test("predicts, and exports, the same probabilities", async () => {
    const [federated] = await readModels(bucket.objects, result, "federated");
    if (!federated) throw new Error("there is no federated model");
    const { x, features } = heldOut;
    const { probabilities } = lossAndGradient(mlpOf(12, [], 3), federated.parameters, heldOut, [0, 1, 2]);
    for (const [row, expected] of probabilities.entries()) {
      const example = x.subarray(row * features, (row + 1) * features);
      const found = softmax(inferOutputs(federated.spec, federated.parameters, example));
      for (const [label, p] of expected.entries()) expect(found[label]).toBeCloseTo(p, 10);
    }
    const files = modelFiles.map((file) => [file, bucket.contents.get(keys.model("r", "federated", file))]);
    const loaded = await evaluateByTensorflow(await loadFromFiles(Object.fromEntries(files)), heldOut);
    expect(loaded.loss).toBeCloseTo(result.federated.loss, 4);
  });

  test("is described in card and report in the kind's own words", () => {
    const card = Buffer.from(bucket.contents.get(keys.model("r", "federated", "README.md")) ?? []).toString();
    expect(card).toContain("A linear map (softmax at the end) that tells 3 classes of toy apart.");
    expect(card).toContain('\nvalues = values @ layers["map"] + layers["offset"]\n');
    const page = reportPage(storyOf({ result, rounds: [], epochs: [], models: undefined }));
    expect(page).toContain("model linear 12-3");
  });

  test("is verified, every object of it", async () => {
    const { findings, rounds } = await verifyRun(bucket, "r", here, { baseline: true });
    expect(findings).toEqual([]);
    expect(rounds).toBe(5);
  });

  test("is forked as it is, and refused to go on as another model", async () => {
    await claimFork(bucket, "fork", { run: "r", round: 2 });
    const forked = await playRun(bucket, "fork");
    expect(forked.result.federated.weightsSha256).toBe(result.federated.weightsSha256);
    for (const set of ["model.kind=mlp", "model.spread=0.5"]) {
      await expect(planFork(bucket, { run: "r", round: 2 }, { set: [set] })).rejects.toMatchObject({
        name: "ConfigInvalid",
        message: expect.stringMatching(/^model\.(kind: got "mlp"|spread: got 0\.5), and the model of r has/),
      });
    }
  });
});

test("a trainer that was not told how to train a kind is refused before the run", () => {
  expect(() => checkConfig(linearConfig())).not.toThrow();
  expect(() => checkConfig(linearConfig("training.trainer=tfjs"))).toThrow(
    /^training\.trainer: got "tfjs", which cannot train a model of kind linear; takes kernel$/,
  );
});

test("a model that is too large is refused with what its kind says to change", () => {
  const config = linearConfig("partition.clients=10", "federation.quorum=1");
  const data = { ...mnistSize, features: 400_000, examples: 100 };
  const clients = Array.from({ length: 10 }, () => ({ train: 8, heldOut: 2 }));
  const small = withLimits(defaultDeployment, "AggregateRound", { memoryMb: 256 });
  expect(() => checkLimits(sizingOf(config, data, { clients, testSet: 0 }), small, footprints)).toThrow(
    /^dataset: AggregateRound would take about \d+ MB, and has 256; bring fewer features, or lower federation\.fraction/,
  );
});
