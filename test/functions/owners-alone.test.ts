import { beforeEach, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { type TrainedAlone, trainAloneAtOwner } from "../../functions/train-client/at-owner.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { strategySettings } from "../../shared/strategy/strategies.ts";
import type { ClassificationSums } from "../../shared/task/classification/evaluation.ts";
import type { EvaluationSums } from "../../shared/task/tasks.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { here } from "../cli/verify/here.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimOwnersRun, simulatedWeights, splitOf, type TestOwner, testOwners, workOf } from "./owners.ts";
import { playRun } from "./played-run.ts";

const run = "clinics.first";
const rounds = 3;
const final = rounds + 1;
let bucket: MemoryBucket;
let owners: TestOwner[];

beforeEach(async () => {
  bucket = new MemoryBucket();
  owners = await testOwners();
});

type Federation = Partial<Agreement["config"]["federation"]>;

/** Rounds whose learning rate changes, of more than one epoch. */
function agreedWith(federation: Federation = {}): Partial<Agreement> {
  const { config } = agreementOf(owners.map(({ signer }) => signer));
  return {
    config: {
      ...config,
      training: {
        ...config.training,
        localEpochs: 2,
        momentum: 0.5,
        schedule: { kind: "step", every: 2, decay: 0.5 },
      },
      federation: { ...config.federation, rounds, ...federation },
    },
  };
}

/** What an owner tells, of what it has found; nothing where undefined. */
type Telling = (found: TrainedAlone, client: number) => EvaluationSums | undefined;
const honest: Telling = ({ alone }) => alone;

/** Plays a run whose owners train alone in the final pass. @param also tells it in that round */
async function play(agreed: Agreement, tell: Telling, also = final) {
  const found: TrainedAlone[] = [];
  const { result } = await playRun(bucket, run, {
    interfere: async (round, client, _train, input) => {
      const owner = owners[client] as TestOwner;
      if (round !== final && round !== also) return workOf(bucket, agreed, owner, input);
      const examples = splitOf(agreed, client, owner.examples);
      const trained = await trainAloneAtOwner({ input, objects: bucket.contents, examples });
      found[client] = trained;
      return workOf(bucket, agreed, owner, input, {}, tell(trained, client));
    },
  });
  return { result, found };
}

const metricsOf = (round: number) => bucket.objects.getRecord(keys.roundMetrics(run, round), roundMetrics);

/** Share of right ones, over several evaluations: reckoned apart from the program. */
function accuracyOf(parts: readonly EvaluationSums[]): number {
  const all = parts.map((one) => (one as ClassificationSums).confusion);
  const right = all.flatMap((matrix) => matrix.map((row, label) => row[label] ?? 0));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return sum(right) / sum(all.flat(2));
}

describe("a model trained alone", () => {
  test.each(["FedAvg", "SCAFFOLD"])(
    "is that of a simulated run in which this client alone reports, to the bit; the owners' run is one of %s",
    async (name) => {
      const changes = agreedWith({ strategy: strategySettings.parse({ name }) });
      const agreed = await claimOwnersRun(bucket, run, owners, { changes });
      const { found } = await play(agreed, honest);
      const plain = { ...agreed, ...agreedWith({ quorum: 0.3 }) };
      const parts = owners.map(({ examples }) => examples);
      for (const [client, { weightsSha256 }] of found.entries()) {
        const single = await simulatedWeights(plain, parts, {
          interfere: async (_round, one, train) =>
            one === client ? train() : { client: one, error: { Error: "Absent" } },
        });
        expect(weightsSha256).toBe(single);
      }
      expect(new Set(found.map(({ weightsSha256 }) => weightsSha256)).size).toBe(3);
    },
  );
});

describe("metrics and result", () => {
  test("hold both models over the examples of those who tell both, and of nobody else", async () => {
    const agreed = await claimOwnersRun(bucket, run, owners, { changes: agreedWith() });
    const { found, result } = await play(agreed, (one, client) => (client === 1 ? undefined : one.alone));
    const told = found.filter((_, client) => client !== 1);
    const { alone, clients } = await metricsOf(final);
    expect(alone).toEqual({
      owners: 2,
      examples: told.reduce((sum, one) => sum + one.alone.examples, 0),
      federated: {
        accuracy: accuracyOf(told.map(({ federated }) => federated)),
        loss: expect.any(Number),
      },
      alone: { accuracy: accuracyOf(told.map((one) => one.alone)), loss: expect.any(Number) },
    });
    expect(clients.map((one) => one.alone && "accuracy" in one.alone && one.alone.accuracy)).toEqual([
      accuracyOf([(found[0] as TrainedAlone).alone]),
      undefined,
      accuracyOf([(found[2] as TrainedAlone).alone]),
    ]);
    expect(result.alone).toEqual(alone);
    for (let round = 1; round < final; round++) expect((await metricsOf(round)).alone).toBeUndefined();
    const { findings, replayed, unchecked } = await verifyRun(bucket, run, here);
    expect({ findings, replayed }).toEqual({ findings: [], replayed: final });
    expect(unchecked.map(({ why }) => why).join()).toContain("trained alone");
  });

  test("say nothing where fewer tell it than a model is made of", async () => {
    const changes = { ...agreedWith(), minimumCohort: 3 };
    const agreed = await claimOwnersRun(bucket, run, owners, { changes });
    const { result } = await play(agreed, (one, client) => (client === 1 ? undefined : one.alone));
    const { alone, clients, silent } = await metricsOf(final);
    expect([alone, result.alone, silent]).toEqual([undefined, undefined, []]);
    expect(clients.filter((one) => "alone" in one)).toEqual([]);
  });

  test("hold the model that a stopped run keeps, which is that of another round than the last", async () => {
    const agreed = await claimOwnersRun(bucket, run, owners, {
      changes: agreedWith({ rounds: 20, stop: { accuracy: null, patience: 1 } } as Federation),
    });
    const found: TrainedAlone[] = [];
    const { result } = await playRun(bucket, run, {
      interfere: async (_round, client, _train, input) => {
        const owner = owners[client] as TestOwner;
        if (input.task === "train") return workOf(bucket, agreed, owner, input);
        const examples = splitOf(agreed, client, owner.examples);
        const trained = await trainAloneAtOwner({ input, objects: bucket.contents, examples });
        found[client] = trained;
        return workOf(bucket, agreed, owner, input, {}, trained.alone);
      },
    });
    const {
      round,
      rounds: trained,
      accuracy,
    } = result.federated as typeof result.federated & {
      accuracy: number;
    };
    expect(round).toBeLessThan(trained.length);
    const { federated, alone } = result.alone as unknown as Record<
      string,
      { accuracy: number; loss: number }
    >;
    expect(federated?.accuracy).toBeCloseTo(accuracy, 12);
    expect(federated?.loss).toBeCloseTo(result.federated.loss, 12);
    expect(alone?.accuracy).toBeCloseTo(accuracyOf(found.map((one) => one.alone)), 12);
  });
});

describe("an owner is left out by name that tells of a model trained alone", () => {
  const lies: [string, (sums: ClassificationSums) => object][] = [
    ["over more examples than it holds out", (sums) => ({ ...sums, examples: sums.examples + 1 })],
    [
      "over examples of other classes",
      // as many are right and wrong as before, so that nothing else of it is impossible
      ({ confusion: [[a = 0, b = 0] = [], [c = 0, d = 0] = []], ...sums }) => ({
        ...sums,
        confusion: [
          [a + 1, b],
          [c, d - 1],
        ],
      }),
    ],
    ["at a loss that is no number", (sums) => ({ ...sums, lossSum: Number.NaN })],
    ["at a loss that nobody can have", (sums) => ({ ...sums, lossSum: -1 })],
  ];
  test.each(lies.flatMap(([what, lie]) => [false, true].map((labels) => ({ what, lie, labels }))))(
    "$what; it keeps its label counts: $labels",
    async ({ lie, labels }) => {
      const changes = agreedWith({ quorum: 0.5 });
      const agreed = await claimOwnersRun(bucket, run, owners, { changes, kept: { labels } });
      await play(agreed, ({ alone }, client) =>
        client === 1 ? (lie(alone as ClassificationSums) as EvaluationSums) : alone,
      );
      const { silent, alone } = await metricsOf(final);
      expect(silent).toEqual([expect.objectContaining({ client: 1, error: "UpdateInvalid" })]);
      expect(alone?.owners).toBe(2);
    },
  );

  test("in a round that trains", async () => {
    const agreed = await claimOwnersRun(bucket, run, owners, { changes: agreedWith({ quorum: 0.5 }) });
    await play(agreed, ({ alone }, client) => (client === 1 ? alone : undefined), 2);
    const { silent } = await metricsOf(2);
    expect(silent).toEqual([
      expect.objectContaining({
        client: 1,
        error: "UpdateInvalid",
        cause: expect.stringContaining("before the final pass"),
      }),
    ]);
  });
});
