import { beforeAll, describe, expect, test, vi } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { plannedCounts, requestsOf } from "../../cloud/cost/run-counts.ts";
import { strategyObjects } from "../../cloud/strategy-vectors.ts";
import { footprints } from "../../functions/footprints.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Examples } from "../../shared/dataset/examples.ts";
import { keys } from "../../shared/layout.ts";
import { epochOrders } from "../../shared/model/orders.ts";
import { layoutOf } from "../../shared/model/spec.ts";
import { lengthOf } from "../../shared/model/vector-shape.ts";
import { randomStream } from "../../shared/random.ts";
import type { Strategy } from "../../shared/strategy/strategy.ts";
import { type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { readKept, readState } from "../../storage/strategy-objects.ts";
import { readUpdate } from "../../storage/update-objects.ts";
import { here } from "../cli/verify/here.ts";
import { distance, lossAndGradient, trainInFloat64 } from "../shared/model/reference.ts";
import { personalHead } from "../toys/personal-head-strategy.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toy } from "./played-run.ts";

// the one line that each takes beside its file
vi.mock("../../shared/strategy/kinds.ts", async (original) => {
  const { strategyKinds } = await original<typeof import("../../shared/strategy/kinds.ts")>();
  const { personalHead } = await import("../toys/personal-head-strategy.ts");
  return { strategyKinds: [...strategyKinds, personalHead] };
});
vi.mock("../../shared/update/stages/kinds.ts", async (original) => {
  const { stageKinds } = await original<typeof import("../../shared/update/stages/kinds.ts")>();
  const [{ offset }, { doubling }] = await Promise.all([
    import("../toys/offset-stage.ts"),
    import("../toys/doubling-stage.ts"),
  ]);
  return { stageKinds: [...stageKinds, offset, doubling] };
});

const stages = [{ stage: "offset", by: 0.75 }, { stage: "doubling" }];
const rounds = 3;
const [learningRate, batchSize] = [0.2, 4];
const config = resolveConfig({
  file: { ...toy, training: { learningRate, batchSize }, baseline: { enabled: false } },
  set: [
    `federation.rounds=${rounds}`,
    "federation.strategy.name=PersonalHead",
    "federation.quorum=0.6",
    `federation.update=${JSON.stringify(stages)}`,
  ],
});

describe("a federation whose clients train twice, keep one part of the model and send the other, doubled and offset", () => {
  const bucket = new MemoryBucket();
  const strategy: Strategy = personalHead.open({ name: "PersonalHead" });
  let plan: Plan;
  let counted: { writes: number; reads: number };
  beforeAll(async () => {
    await claimRun(bucket, "r", config);
    const before = bucket.requests();
    await playRun(bucket, "r");
    const after = bucket.requests();
    counted = { writes: after.writes - before.writes, reads: after.reads - before.reads };
    plan = planRecord.parse(bucket.json(keys.plan("r")));
  });

  const globalOf = (round: number) => readLinkedGlobal(bucket.objects, plan, round);
  const stateOf = async (round: number) =>
    readState(bucket.objects, plan, strategy, round, (await globalOf(round)).stateSha256);

  test.each([1, 2, 3])("takes the steps of the textbook in round %i", async (round) => {
    const [{ parameters: global }, { parameters: next }] = [await globalOf(round - 1), await globalOf(round)];
    const [before, after] = [await stateOf(round - 1), await stateOf(round)];
    const at = lengthOf(layoutOf(plan.model).slice(0, -2));
    const total = plan.clients.reduce((sum, { train }) => sum + train, 0);
    const mean = new Float64Array(at);
    let own = 0;
    for (const { client, train } of plan.clients) {
      const shard = await readShard(bucket.objects, plan, client);
      const kept = await readKept(bucket.objects, plan, strategy, client, before.accepted[client]);
      expect(kept === null).toBe(round === 1);
      const start = Float64Array.from([...global.slice(0, at), ...(kept?.head ?? global.slice(at))]);
      const once = textbook(start, shard.train, ["client-order", round, client]);
      const trained = textbook(once, shard.train, ["client-order", round, client, "again"]);
      const left = await readKept(bucket.objects, plan, strategy, client, after.accepted[client]);
      expect(distance(left?.head ?? [], trained.slice(at))).toBeLessThan(1e-4);
      const { sent, parameters } = await readUpdate(
        bucket.objects,
        plan,
        strategy,
        { round, attempt: 1 },
        { client, task: "train" },
        null,
      );
      expect(parameters).toHaveLength(0);
      const [body, loss] = [trained.slice(0, at), meanLoss(trained, shard.test)];
      // offset, then doubled
      expect(
        distance(
          sent.body ?? [],
          body.map((value) => 2 * (value + 0.75)),
        ),
      ).toBeLessThan(1e-4);
      expect(distance(sent.told ?? [], [2 * (round + 0.75), 2 * (loss + 0.75)])).toBeLessThan(1e-5);
      body.forEach((value, i) => {
        mean[i] = (mean[i] ?? NaN) + (train / total) * value;
      });
      own += (train / total) * loss;
    }
    // of which the server has halved each, and taken the offset off their sum
    expect(distance(next.slice(0, at), mean)).toBeLessThan(1e-4);
    expect(next.slice(at)).toEqual(global.slice(at));
    expect(distance(after.vectors.told ?? [], [round, own])).toBeLessThan(1e-5);
  });

  test("records a loss of each training, and no distance, since no model was sent", () => {
    for (let round = 1; round <= rounds; round++) {
      const { clients } = roundMetrics.parse(bucket.json(keys.roundMetrics("r", round)));
      expect(clients.map(({ update }) => update)).toEqual([null, null, null]);
      for (const { trainingLoss } of clients) expect(trainingLoss).toBeGreaterThan(0);
    }
  });

  test("asks of S3 what is reckoned from what the procedure declares", () => {
    // one process plays TrainClient and AggregateRound; FinishRun is another
    const counts = { ...plannedCounts(config), environments: 3 };
    expect(requestsOf(counts, strategyObjects(config), footprints)).toEqual(counted);
  });

  test("is verified like any other", async () => {
    const { findings } = await verifyRun(bucket, "r", here);
    expect(findings).toEqual([]);
  });

  test("leaves out an update whose values cannot be summed", async () => {
    await forge(bucket, { run: "r", round: 2, client: 1 }, ({ sent }) => {
      sent.told?.fill(2 ** 34);
      return undefined;
    });
    const { silent } = await aggregateAgain(bucket, "r", 2);
    expect(silent).toMatchObject([{ client: 1, error: "UpdateInvalid" }]);
    // half of what was sent
    expect(silent[0]?.cause).toContain(`its told has a value of ${2 ** 33}`);
  });

  function textbook(start: Float64Array, examples: Examples, stream: [string, ...(number | string)[]]) {
    const [purpose, ...ids] = stream as ["client-order", ...(number | string)[]];
    const order = epochOrders(examples.count, randomStream(plan.config.seed, purpose, ...ids));
    const options = { learningRate, batchSize, epochs: 1, momentum: 0, weightDecay: 0, order };
    return Float64Array.from(trainInFloat64(plan.model, start, examples, options).parameters);
  }

  function meanLoss(parameters: Float64Array, examples: Examples): number {
    const rows = Array.from({ length: examples.count }, (_, row) => row);
    return lossAndGradient(plan.model, parameters, examples, rows).lossSum / rows.length;
  }
});
