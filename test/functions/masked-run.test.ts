import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { keys } from "../../shared/layout.ts";
import { randomStream } from "../../shared/random.ts";
import { here } from "../cli/verify/here.ts";
import { claimData } from "./claimed-data.ts";
import { maskedConfig, metricsOf, played, silentIn, withoutHelpers } from "./masked-played.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { playRun } from "./played-run.ts";

/** Three numbers of each of 120 rows, and what follows of them: one of two classes, or a number. */
function tableOf(kind: "binary" | "regression" | "poisson"): DatasetContent {
  const [count, features] = [120, 3];
  const draw = randomStream(5, "start");
  const x = Float32Array.from({ length: count * features }, () => 10 * draw.unit());
  const said = (i: number) => (x[3 * i] as number) + 0.5 * (x[3 * i + 1] as number) + draw.unit();
  const name = "table";
  if (kind === "binary") {
    const y = Int32Array.from({ length: count }, (_, i) => (said(i) > 8 ? 1 : 0));
    return { name, classes: 2, classNames: ["no", "yes"], examples: { x, y, count, features } };
  }
  const y = Float32Array.from({ length: count }, (_, i) =>
    kind === "poisson" ? Math.floor(said(i)) : 1e5 * said(i),
  );
  return { name, classes: 1, examples: { x, y, count, features } };
}

describe("a run behind masks has the weights and figures of one without, to the bit,", () => {
  test.each(["FedAvg", "FedAvgM", "FedProx", "FedAdagrad", "FedAdam", "FedYogi", "SCAFFOLD", "FedNova"])(
    "of %s, with all clients and with all but two",
    async (name) => {
      const set = [`federation.strategy.name=${name}`, "training.momentum=0.5"];
      for (const play of [{}, silentIn(2, 1), silentIn(2, 1, 3)]) {
        const masked = await played(maskedConfig("coordinator", ...set), play);
        const plain = await played(maskedConfig("none", ...set), play);
        const told = ({ rounds }: typeof plain) =>
          rounds.map(({ weightsSha256, evaluated, silent }) => [
            weightsSha256,
            evaluated,
            silent.map(({ client }) => client),
          ]);
        expect(told(masked)).toEqual(told(plain));
        expect(masked.result.federated.weightsSha256).toBe(plain.result.federated.weightsSha256);
        expect(masked.bucket.contents.has(keys.boxes("r", 1, 0))).toBe(true);
        expect(plain.bucket.contents.has(keys.boxes("r", 1, 0))).toBe(false);
      }
    },
  );

  test.each([
    ["a part of the clients, while all evaluate", ["federation.fraction=0.5", "federation.evaluation=all"]],
    ["clipping", ['federation.update=[{"stage":"clipping","norm":0.01}]']],
  ])("of %s", async (_, set) => {
    const [masked, plain] = [
      await played(maskedConfig("coordinator", ...set)),
      await played(maskedConfig("none", ...set)),
    ];
    expect(masked.rounds.map(({ weightsSha256, evaluated }) => [weightsSha256, evaluated])).toEqual(
      plain.rounds.map(({ weightsSha256, evaluated }) => [weightsSha256, evaluated]),
    );
  });

  test.each(["binary", "regression", "poisson"] as const)(
    "of the task %s, histograms and sums of errors too",
    async (kind) => {
      const told = async (helpers: "none" | "coordinator") => {
        const bucket = new MemoryBucket();
        const of = maskedConfig(helpers, `task.kind=${kind}`, "model.hidden=[]", "partition.kind=iid");
        await claimData(bucket, "r", tableOf(kind), of);
        await playRun(bucket, "r");
        return [1, 2, 3, 4, 5].map((round) => {
          const { weightsSha256, evaluated } = metricsOf(bucket, round);
          return [weightsSha256, evaluated];
        });
      };
      expect(await told("coordinator")).toEqual(await told("none"));
    },
  );

  test("and a start of its own, which its name draws, or the one that it is given", async () => {
    const one = await played(maskedConfig("coordinator"));
    const other = await played(maskedConfig("coordinator", "federation.secureAggregation.start=s"));
    const same = await played(maskedConfig("none", "federation.secureAggregation.start=r"));
    expect(other.rounds[0]?.weightsSha256).not.toBe(one.rounds[0]?.weightsSha256);
    expect(same.rounds[0]?.weightsSha256).toBe(one.rounds[0]?.weightsSha256);
  });
});

describe("the records of a masked run", () => {
  let bucket: MemoryBucket;
  beforeAll(async () => {
    ({ bucket } = await played(maskedConfig("coordinator"), silentIn(2, 1)));
  });

  test("say of single clients that they took part, and nothing that tells of their examples", () => {
    const { clients, summed, updates } = metricsOf(bucket, 2);
    expect(clients.map(({ client }) => client)).toEqual([0, 2, 3]);
    for (const one of clients) {
      expect(one).toMatchObject({ accuracy: null, loss: null, trainingLoss: null, update: null });
    }
    expect(summed).toMatchObject({ trainingLoss: expect.any(Number), norm: expect.any(Number) });
    expect(updates).toHaveLength(3);
    for (const client of [0, 2, 3]) {
      const text = Buffer.from(bucket.contents.get(keys.update("r", 2, client)) ?? []).toString("latin1");
      const header = /\{\\"run.*?\}/.exec(text)?.[0] ?? "";
      expect(header.replaceAll('\\"', '"').match(/"(\w+)":/g)).toEqual([
        '"run":',
        '"round":',
        '"client":',
        '"task":',
        '"examples":',
        '"steps":',
        '"seen":',
        '"contextSha256":',
      ]);
    }
  });

  test("are verified from masked and opened objects", async () => {
    const verification = await verifyRun(bucket, "r", here);
    expect(verification.findings).toEqual([]);
    expect(verification.replayed).toBe(5);
  });

  test("are the same bytes when the same run is made again", async () => {
    const again = await played(maskedConfig("coordinator"), silentIn(2, 1));
    for (const [key, bytes] of bucket.contents) {
      if (
        !/^(updates|masks|helpers)\/|\/(global|rounds)\/.*(updates|metrics|\d)\.(json|safetensors)$/.test(key)
      )
        continue;
      expect(Buffer.compare(again.bucket.contents.get(key) ?? Buffer.alloc(0), bytes), key).toBe(0);
    }
  });
});

describe("helpers of a masked run", () => {
  test.each([1, 2, 3])(
    "do without the %ith: the model is the same, and two seeds are unchecked",
    async (helper) => {
      const all = await played(maskedConfig("coordinator"));
      const two = await played(maskedConfig("coordinator"), withoutHelpers(2, helper));
      expect(two.result.federated.weightsSha256).toBe(all.result.federated.weightsSha256);
      const others = [1, 2, 3].filter((one) => one !== helper);
      expect(two.rounds[1]?.masks).toMatchObject({
        helpers: others.map((one) => ({ helper: one })),
        silent: [{ helper, error: "Sandbox.Timedout" }],
        unchecked: others,
      });
      expect(all.rounds[1]?.masks).toMatchObject({ silent: [], unchecked: [] });
      expect((await verifyRun(two.bucket, "r", here)).findings).toEqual([]);
    },
  );

  test("of whom two are silent end it by name, and a resumed run is as it would have been", async () => {
    const all = await played(maskedConfig("coordinator"));
    const bucket = new MemoryBucket();
    await expect(played(maskedConfig("coordinator"), withoutHelpers(2, 1, 3), bucket)).rejects.toMatchObject({
      name: "HelpersSilent",
      message: expect.stringMatching(
        /^round 2 of run r: no two helpers .*helper 1: Sandbox\.Timedout.*resume/,
      ),
    });
    const { result } = await playRun(bucket, "r");
    expect(result.federated.weightsSha256).toBe(all.result.federated.weightsSha256);
  });
});
