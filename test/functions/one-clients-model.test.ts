import { describe, expect, test } from "vitest";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { encodeDataset } from "../../shared/dataset/dataset.ts";
import { sampleDigest } from "../../shared/dataset/known-digests.ts";
import { keys, modelFiles } from "../../shared/layout.ts";
import { datasetRecordOf } from "../../shared/workflow/dataset-record.ts";
import { isOneClients } from "../../shared/workflow/one-clients-model.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { readLeftModels } from "../../storage/left-models.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

const robust = (name: string, clients: number, also: readonly string[] = []) => [
  `federation.strategy.name=${name}`,
  "federation.strategy.byzantine=0",
  `partition.clients=${clients}`,
  ...also.map((one) => `federation.strategy.${one}`),
];

async function played(...set: string[]) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig(...set));
  const { result } = await playRun(bucket, "r");
  const left = [...bucket.contents.keys()].filter((key) => /models\//.test(key));
  return { bucket, result, left };
}

/** What a run is asked for, and whether its federated model and its baseline are one client's. */
describe.each<[what: string, set: string[], federated: boolean, baseline: boolean]>([
  ["all clients in every round", [], false, false],
  ["one client in each round", ["federation.fraction=0.34"], true, false],
  ["one client at all", ["partition.clients=1"], true, true],
  ["the one model that Krum chooses", robust("Krum", 3), true, false],
  ["the one that Multi-Krum is told to choose", robust("MultiKrum", 4, ["selected=1"]), true, false],
  ["the one that is left of Multi-Krum's", robust("MultiKrum", 3), true, false],
  ["the two that are left of Multi-Krum's", robust("MultiKrum", 4), false, false],
])("of %s", (_, set, federated, baseline) => {
  test("each model lies where those may read it who may", async () => {
    const { result, left } = await played(...set);
    expect([isOneClients(result, "federated"), isOneClients(result, "baseline")]).toEqual([
      federated,
      baseline,
    ]);
    const keysOf = (name: "federated" | "baseline", one: boolean) =>
      modelFiles.map((file) => (one ? keys.oneClientModel : keys.model)("r", name, file));
    expect(left.sort()).toEqual([...keysOf("federated", federated), ...keysOf("baseline", baseline)].sort());
  });
});

test("it is the round that is kept which counts, and who of it reported", async () => {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig("federation.quorum=0.3"));
  const { result } = await playRun(bucket, "r", {
    interfere: async (round, client, train) =>
      round === 4 && client > 0 ? { client, error: { Error: "ClientLost" } } : train(),
  });
  expect(result.federated.rounds.map(({ clients }) => clients)).toEqual([3, 3, 3, 1]);
  expect(isOneClients(result, "federated")).toBe(true);
});

test("one client's model is read where it was left, and where fedstep 0.1.0 left it", async () => {
  const { bucket, result } = await played("federation.fraction=0.34");
  const plan = planRecord.parse(bucket.json(keys.plan("r")));
  const read = () => readLeftModels(bucket.objects, result, plan.model);
  const { federated, baseline } = await read();
  expect([federated.length, baseline?.length]).toEqual([83, 83]);
  const at = keys.oneClientModel("r", "federated", "model.safetensors");
  const bytes = bucket.contents.get(at) ?? new Uint8Array();
  bucket.contents.delete(at);
  bucket.contents.set(keys.model("r", "federated", "model.safetensors"), bytes);
  expect((await read()).federated).toEqual(federated);
});

describe.each([
  ["all clients'", [], true],
  ["one client's", ["federation.fraction=0.34"], false],
] as const)("the page of a run over pictures, whose model is %s,", (_, set, carried) => {
  test(`${carried ? "carries" : "does not carry"} it`, async () => {
    const bucket = new MemoryBucket();
    const sample = await openEmbeddedSample();
    const few = ["partition.clients=3", "federation.rounds=1", "model.hidden=[2]", "baseline.enabled=false"];
    bucket.contents.set(keys.dataset(sampleDigest), encodeDataset(sample));
    await bucket.objects.putRecord(keys.config("r"), {
      run: "r",
      createdAt: "2026-01-01T00:00:00.000Z",
      config: resolveConfig({ sample: true, set: [...few, ...set] }),
      dataset: datasetRecordOf(sample, sampleDigest),
    });
    await playRun(bucket, "r");
    const page = new TextDecoder().decode(bucket.contents.get(keys.report("r")));
    expect(page.includes("<canvas")).toBe(carried);
  });
});
