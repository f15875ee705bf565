import { beforeAll, describe, expect, test } from "vitest";
import { runOfOwner, runText } from "../../owner/run-text.ts";
import type { Bundle } from "../../owner/train.ts";
import type { Config } from "../../shared/config/schema.ts";
import { keys } from "../../shared/layout.ts";
import { signedOf } from "../../shared/owners/log-entry.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { continueRun, playRun, preparedRun } from "../functions/played-run.ts";
import { agreeMasked, byPolicy, hooksOf, maskingOwners, playMasked, recomputable } from "./masked-owners.ts";
import { weightsOf } from "./masked-weights.ts";
import { trainingBundle } from "./training-bundle.ts";
import { doingOf, run, type WorkingOwner, work } from "./working-owners.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 240_000);

async function recomputing(recompute: unknown): Promise<WorkingOwner[]> {
  const owners = await maskingOwners();
  for (const owner of owners) byPolicy(owner, { recompute });
  return owners;
}

/** The rounds that an owner has recomputed before each of its jobs. */
async function recomputedBy({ home }: WorkingOwner): Promise<(readonly number[])[]> {
  await home.log.reload();
  return signedOf(home.log.entries).map(({ recomputed = [] }) => recomputed);
}

describe("owners who recompute every model", () => {
  test("with FedAvg, also where one was away for all of it and a second execution made a round, come to the same bits", async () => {
    const owners = await recomputing("always");
    const bucket = new MemoryBucket();
    const agreed = await agreeMasked(bucket, owners, bundle, "FedAvg", undefined, recomputable);
    const shy = 2;
    const silence = { error: { Error: "States.HeartbeatTimeout" } };
    let paused = true;
    const hooks = hooksOf(bundle, bucket, owners, agreed, {
      client: async (round, client, train) =>
        round < 3 && client === shy ? { client, ...silence } : train(),
      helper: async (_round, helper, open) =>
        paused && helper > 1 ? { helper: helper as 2 | 3, error: { Error: "OwnerPaused" } } : open(),
    });
    await expect(playRun(bucket, run, hooks)).rejects.toMatchObject({ name: "HelpersSilent" });
    paused = false;
    const prepared = await preparedRun(bucket, { run });
    const execution = { ...prepared.federation.execution, number: 2 };
    const federation = { ...prepared.federation, execution };
    const { result } = await continueRun(
      bucket,
      { ...prepared, federation },
      {
        ...hooks,
        interfere: async (round, client, train, input) => {
          if (round < 3 || client !== shy) return hooks.interfere?.(round, client, train, input) ?? train();
          // who was away is given the metrics of all rounds since
          const owner = owners[shy] as WorkingOwner;
          const doing = doingOf(bucket, agreed, owner, bundle, input);
          const first = keys.roundMetrics(run, 1);
          const objects = new Map([
            ...doing.objects,
            [first, bucket.contents.get(first) ?? new Uint8Array()],
          ]);
          const { done: _, ...report } = await work(bucket, owner, { ...doing, objects });
          return report;
        },
      },
    );
    const plain = await weightsOf("none", agreed, owners, "FedAvg", {
      interfere: async (round, client, train) =>
        round < 3 && client === shy ? { client, ...silence } : train(),
    });
    expect(result.federated.weightsSha256).toBe(plain);
    expect(bucket.json(keys.roundMetrics(run, 1))).toMatchObject({ attempt: 2 });
    // for its first round it was asked twice
    expect(await recomputedBy(owners[0] as WorkingOwner)).toEqual([[], [], [1], [2]]);
    expect(await recomputedBy(owners[shy] as WorkingOwner)).toEqual([[1, 2]]);
    const { entries } = (owners[shy] as WorkingOwner).home.log;
    const { unsent: sent, ...shown } = runOfOwner(entries, run);
    expect(runText({ ...shown, sent, unsent: [] })).toContain(
      "; recomputed from the updates of rounds 1, 2; left",
    );
  }, 240_000);

  test.each<[string, string, (config: Config) => Config]>([
    ["SCAFFOLD", "SCAFFOLD", (config) => config],
    [
      "FedAvgM, with noise that they add together",
      "FedAvgM",
      (config) => ({
        ...config,
        training: { ...config.training, localSteps: 1 },
        privacy: {
          ...{ unit: "example", noise: "distributed", colluding: 0, clip: 1, epsilon: 4 },
          ...{ noiseMultiplier: null, delta: 1e-3, samplingRate: 0.5 },
        },
      }),
    ],
  ])(
    "with %s go on from round to round",
    async (_, name, also) => {
      const owners = await recomputing("always");
      const all = (config: Config) => recomputable(also(config));
      const { agreed, result } = await playMasked(bundle, { owners, name, also: all });
      for (const owner of owners) expect(await recomputedBy(owner)).toEqual([[], [1], [2]]);
      if (result.privacy) return;
      expect(result.federated.weightsSha256).toBe(await weightsOf("none", agreed, owners, name));
    },
    240_000,
  );
});
