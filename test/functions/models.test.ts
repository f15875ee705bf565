import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { type Examples, poolExamples } from "../../shared/dataset/examples.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys, type ModelFile, type ModelName, modelFiles } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { evaluateByTensorflow, loadFromFiles } from "../shared/model/export/loaded-model.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

const bucket = new MemoryBucket();
let result: Result;
let heldOut: Examples;
beforeAll(async () => {
  await claimRun(bucket, "r");
  ({ result } = await playRun(bucket, "r"));
  const plan = planRecord.parse(bucket.json(keys.plan("r")));
  const shards = await Promise.all(plan.clients.map(({ client }) => readShard(bucket.objects, plan, client)));
  heldOut = poolExamples(shards.map((shard) => shard.test));
});

const file = (model: ModelName, name: ModelFile): Uint8Array => {
  const bytes = bucket.contents.get(keys.model("r", model, name));
  if (!bytes) throw new Error(`the run left no ${model}/${name}`);
  return bytes;
};

const figuresOf = (model: ModelName) => {
  const figures = result[model];
  if (!figures) throw new Error(`the run has no ${model}`);
  return figures;
};

/** A reader of safetensors in Python's standard library alone: prints names, shapes and values as JSON. */
const pythonReader = `
import array, json, struct, sys
data = open(sys.argv[1], "rb").read()
(length,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + length])
metadata = header.pop("__metadata__")
tensors = []
for name, entry in header.items():
    begin, end = entry["data_offsets"]
    values = array.array("f", data[8 + length + begin:8 + length + end])
    tensors.append({"name": name, "shape": entry["shape"], "values": list(values)})
print(json.dumps({"metadata": metadata, "tensors": tensors}))
`;
const printed = z.object({
  metadata: z.record(z.string(), z.string()),
  tensors: z.array(z.object({ name: z.string(), shape: z.array(z.int()), values: z.array(z.number()) })),
});
const python = spawnSync("python3", ["--version"]).status === 0;

describe.each(["federated", "baseline"] as const)("the %s model that a run leaves", (model) => {
  test("loaded by TensorFlow.js has the accuracy and the loss that the result reports", async () => {
    const files = Object.fromEntries(modelFiles.map((name) => [name, file(model, name)]));
    const loaded = await loadFromFiles(files);
    const found = await evaluateByTensorflow(loaded, heldOut);
    expect(heldOut.count).toBe(18);
    expect(found.accuracy).toBeCloseTo(figuresOf(model).accuracy ?? NaN, 4);
    expect(found.loss).toBeCloseTo(figuresOf(model).loss, 4);
    expect(loaded.getUserDefinedMetadata()).toMatchObject({ run: "r", model });
  });

  test("is the one whose digest the result names", async () => {
    expect(await sha256Hex(file(model, "weights.bin"))).toBe(figuresOf(model).weightsSha256);
  });

  test.skipIf(!python)("has the same weights when Python reads its safetensors", () => {
    const folder = mkdtempSync(join(tmpdir(), "fedstep-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "model.safetensors");
    writeFileSync(path, file(model, "model.safetensors"));
    const { stdout } = spawnSync("python3", ["-c", pythonReader, path], { encoding: "utf8" });
    const { metadata, tensors } = printed.parse(JSON.parse(stdout));
    expect(metadata).toMatchObject({ run: "r", model });
    const ofLayer = ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"];
    const shapes = [[12, 5], [5], [5, 3], [3]];
    const found = ofLayer.map((name) => tensors.find((tensor) => tensor.name === name));
    expect(found.map((tensor) => tensor?.shape)).toEqual(shapes);
    expect(tensors).toHaveLength(ofLayer.length);
    // in weights.bin they stand layer by layer, weights first
    const bytes = Uint8Array.from(file(model, "weights.bin"));
    expect(found.flatMap((tensor) => tensor?.values ?? [])).toEqual([...new Float32Array(bytes.buffer)]);
  });

  test("has a card that says what it was trained on and how well it does", () => {
    const card = new TextDecoder().decode(file(model, "README.md"));
    const { digest, name, source } = result.dataset;
    for (const fact of [
      digest,
      name,
      source,
      figuresOf(model).weightsSha256,
      "18 examples that the clients hold out",
    ]) {
      expect(card).toContain(fact);
    }
    expect(card).toContain(`${(100 * (figuresOf(model).accuracy ?? NaN)).toFixed(2)} %`);
  });
});

test("of scaled examples, the model takes values as they were before scaling", async () => {
  const other = new MemoryBucket();
  await claimRun(other, "r", toyConfig("dataset.scaling=standard"));
  const { result: scaled } = await playRun(other, "r");
  const plan = planRecord.parse(other.json(keys.plan("r")));
  const { mean, deviation } = plan.scaling ?? { mean: [], deviation: [] };
  const shards = await Promise.all(plan.clients.map(({ client }) => readShard(other.objects, plan, client)));
  const { x, ...rest } = poolExamples(shards.map((shard) => shard.test));
  const raw = Float32Array.from(x, (value, i) => {
    const feature = i % rest.features;
    return value * (deviation[feature] ?? Number.NaN) + (mean[feature] ?? Number.NaN);
  });
  // pixels in 0 ... 1 again
  expect([Math.min(...raw) > -0.01, Math.max(...raw) < 1.01]).toEqual([true, true]);
  for (const model of ["federated", "baseline"] as const) {
    const files = modelFiles.map((name) => [name, other.contents.get(keys.model("r", model, name))]);
    const found = await evaluateByTensorflow(await loadFromFiles(Object.fromEntries(files)), {
      ...rest,
      x: raw,
    });
    expect(found.accuracy).toBeCloseTo(scaled[model]?.accuracy ?? Number.NaN, 4);
    expect(found.loss).toBeCloseTo(scaled[model]?.loss ?? Number.NaN, 4);
  }
});

test("repeated, the last step leaves the same bytes", async () => {
  const other = new MemoryBucket();
  await claimRun(other, "r");
  await playRun(other, "r");
  const models = (of: MemoryBucket) => [...of.contents].filter(([key]) => key.includes("/models/"));
  expect(models(bucket)).toHaveLength(8);
  expect(models(other)).toEqual(models(bucket));
});

test("a run without baseline leaves the federated model alone", async () => {
  const other = new MemoryBucket();
  await claimRun(other, "r", toyConfig("baseline.enabled=false"));
  await playRun(other, "r");
  const models = [...other.contents.keys()].filter((key) => key.includes("/models/"));
  expect(models.sort()).toEqual(modelFiles.map((name) => keys.model("r", "federated", name)).sort());
});

test("a model that is not the one that was evaluated is not given away", async () => {
  const other = new MemoryBucket();
  await claimRun(other, "r", toyConfig("baseline.enabled=false"));
  const played = playRun(other, "r", {
    interfere: async (round, client, train) => {
      const report = await train();
      // the last pass only evaluates; afterwards somebody puts the first model in the last one's place
      if (round === 5 && client === 2) {
        const first = other.contents.get(keys.global("r", 1)) ?? new Uint8Array();
        other.contents.set(keys.global("r", 4), first);
      }
      return report;
    },
  });
  await expect(played).rejects.toMatchObject({ name: "ObjectInvalid" });
  expect([...other.contents.keys()].filter((key) => key.includes("/models/"))).toEqual([]);
});
