import { beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { falseDescription } from "../../shared/owners/false-description.ts";
import { tellAll } from "../../shared/owners/split.ts";
import { randomStream } from "../../shared/random.ts";
import type { TableSchema } from "../../shared/schema/table-schema.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { outcomeRecord } from "../../shared/workflow/result-record.ts";
import { readTableBySchema } from "../../tables/table-by-schema.ts";
import { newSigner } from "../shared/owners/keys.ts";
import { runFlow } from "./flow-run.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimOwnersRun, type Kept, simulatedWeights, splitOf, type TestOwner, workOf } from "./owners.ts";

const run = "clinics.first";
const federation = 3;

const columns: TableSchema["columns"] = [
  { name: "age", type: "number", role: "feature", missing: "mean", range: [0, 120] },
  { name: "probnp", type: "number", role: "feature", missing: 5, range: [0, 50_000] },
  { name: "ward", type: "category", role: "feature", categories: ["east", "west"], missing: "category" },
  { name: "admitted", type: "date", role: "feature", missing: "mean", range: ["2020-01-01", "2026-12-31"] },
  { name: "patient", type: "text", role: "id" },
];
const labels = {
  binary: { name: "outcome", task: "classification", classes: ["no", "yes"] },
  regression: { name: "outcome", task: "regression", unit: "days", range: [-1000, 1000] },
  poisson: { name: "outcome", task: "regression" },
} satisfies Record<string, TableSchema["label"]>;

type Task = keyof typeof labels;

/** A table as people have it: gaps in every column, words, dates, and an outcome that follows from them. */
function tableOf(owner: number, task: Task): string {
  const random = randomStream(3, "start", owner);
  const rows = Array.from({ length: 70 + 10 * owner }, (_, row) => {
    const age = 40 + 10 * owner + 30 * random.unit();
    const [ward, day] = [["east", "west", "icu"][random.below(3)] ?? "", 1 + random.below(28)];
    const signal = (age - 60) / 10 + (ward === "west" ? 1 : 0);
    const outcome = {
      binary: signal + random.unit() > 0.5 ? "yes" : "no",
      regression: (3 * signal + random.unit()).toFixed(3),
      poisson: String(Math.max(0, Math.round(2 + signal + random.unit()))),
    }[task];
    const gap = (text: string) => (random.unit() < 0.1 ? "NA" : text);
    return [
      ...[gap(age.toFixed(2)), gap((9_000 * random.unit()).toFixed(1)), gap(ward)],
      ...[gap(`2024-0${1 + random.below(9)}-${String(day).padStart(2, "0")}`), `P${owner}-${row}`, outcome],
    ].join();
  });
  return `age,probnp,ward,admitted,patient,outcome\n${rows.join("\n")}\n`;
}

const schemaOf = (task: Task): TableSchema => ({ format: 1, columns, label: labels[task] });

async function ownersOf(task: Task): Promise<TestOwner[]> {
  return Promise.all(
    Array.from({ length: federation }, async (_, owner) => {
      const table = { label: "p.csv", bytes: new TextEncoder().encode(tableOf(owner, task)) };
      const { examples } = await readTableBySchema(table, schemaOf(task));
      return { signer: await newSigner(), examples };
    }),
  );
}

const termsOf = (task: Task): Pick<Agreement, "schema" | "config"> => ({
  schema: schemaOf(task),
  config: resolveConfig({
    owners: federation,
    classes: task === "binary" ? 2 : 1,
    set: [
      ...["baseline.enabled=false", "federation.rounds=2", "model.hidden=[8]"],
      ...(task === "poisson" ? ["task.kind=poisson"] : []),
    ],
  }),
});

describe.each<Task>(["binary", "regression", "poisson"])(
  "a federation of owners with tables as people have them: %s",
  (task) => {
    let owners: TestOwner[];
    beforeAll(async () => {
      owners = await ownersOf(task);
    });

    const runIt = async (kept: Kept) => {
      const bucket = new MemoryBucket();
      const agreed = await claimOwnersRun(bucket, run, owners, { changes: termsOf(task), kept });
      const executed = await runFlow(
        bucket,
        { run },
        {
          owner: async (left) =>
            left.done(await workOf(bucket, agreed, owners[left.job.client] as TestOwner, left.job)),
        },
      );
      const ending = executed.at(-1)?.ending;
      if (ending?.status !== "SUCCEEDED") throw new Error(JSON.stringify(ending));
      const plan = await bucket.objects.getRecord(keys.plan(run), planRecord);
      return { agreed, plan, federated: outcomeRecord.parse(bucket.json(keys.result(run))).federated };
    };

    test("comes to the weights of the simulated run over all of their rows", async () => {
      const { agreed, plan, federated } = await runIt({});
      expect(plan.config.task.kind).toBe(task);
      const simulated = await simulatedWeights(
        agreed,
        owners.map(({ examples }) => examples),
      );
      expect(federated.weightsSha256).toBe(simulated);
      // the gaps of age take the mean of those who have one, over all owners' training rows
      const present = owners.flatMap(({ examples }, number) => {
        const { train } = splitOf(agreed, number, examples);
        return Array.from({ length: train.count }, (_, row) => row * train.features).flatMap((at) =>
          train.x[at + 1] === 1 ? [] : [train.x[at] as number],
        );
      });
      const mean = present.reduce((sum, one) => sum + one, 0) / present.length;
      expect(plan.scaling?.mean[0]).toBeCloseTo(mean, 9);
      expect(plan.scaling?.filled).toEqual([
        [0, 1],
        [8, 9],
      ]);
    });

    test("goes by agreed ranges where sums are kept back, and is refused where there are none", async () => {
      if (task === "poisson") {
        await expect(runIt({ moments: true })).rejects.toThrow(/outcome is scaled by.*agree upon one/);
        return;
      }
      const { plan } = await runIt({ moments: true, labels: true });
      expect(plan.scaling?.mean[0]).toBe(60);
      expect(plan.scaling?.filled).toHaveLength(2);
      if (task === "regression")
        expect(plan.fit?.targets).toEqual({ mean: 0, deviation: 2000 / Math.sqrt(12) });
    });

    test("believes what an owner tells of its table, and none of what no table has", async () => {
      const agreed = { ...termsOf(task) };
      const [{ examples }] = owners as [TestOwner];
      const told = tellAll(splitOf(agreed as Agreement, 0, examples), agreed);
      expect(falseDescription(agreed, told)).toBeUndefined();
      const { sums = [], squares = [] } = told.moments ?? {};
      const changed = (at: number, sum: number, square = sum) =>
        falseDescription(agreed, {
          ...told,
          moments: { sums: sums.with(at, sum), squares: squares.with(at, square) },
        });
      const [ageGaps, east] = [sums[1] ?? 0, sums[4] ?? 0];
      expect(ageGaps).toBeGreaterThan(0);
      // a gap more than there are makes the rest's mean another one, and one less puts ages beyond what their squares allow
      expect(changed(1, -1)).toMatch(/no numbers have: age/);
      expect(changed(1, told.train + 1)).toMatch(/no numbers have: age/);
      expect(changed(1, ageGaps + 0.5)).toMatch(/no numbers have: age/);
      expect(changed(1, ageGaps, ageGaps + 1)).toMatch(/no numbers have: age/);
      // each row has one category, or a gap
      expect(changed(4, east + 1)).toMatch(/no numbers have: ward/);
      expect(changed(0, 121 * told.train)).toMatch(/within the agreed ranges have: age/);
      // 5 stands for each gap: sums that are too small by these are not of numbers from 0 on
      const gapsOfProbnp = sums[3] ?? 0;
      expect(gapsOfProbnp).toBeGreaterThan(0);
      expect(changed(2, 5 * gapsOfProbnp - 1, squares[2])).toMatch(/within the agreed ranges have: probnp/);
      if (task === "binary") {
        expect(falseDescription(agreed, { ...told, targets: { sum: 1, square: 1 } })).toMatch(
          /classes were agreed/,
        );
      } else {
        const { targets: _, ...without } = told;
        expect(falseDescription(agreed, without)).toMatch(/says nothing of its targets/);
        const square = told.targets?.square ?? 0;
        expect(
          falseDescription(agreed, { ...told, targets: { sum: 2 * told.train * Math.sqrt(square), square } }),
        ).toMatch(/have: outcome/);
      }
    });
  },
);
