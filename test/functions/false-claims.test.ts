import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { updateHeader } from "../../shared/workflow/round-records.ts";
import { readUpdate } from "../../storage/update-objects.ts";
import { aggregateAgain, outcomeOf } from "./aggregate-again.ts";
import { type Forgery, forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

const [rounds, liar, examiner] = [3, 1, 3];
const final = rounds + 1;
const testSet = "federation.evaluation=test-set";
let bucket: MemoryBucket;

async function played(...set: string[]): Promise<void> {
  bucket = new MemoryBucket();
  const short = [`federation.rounds=${rounds}`, "federation.quorum=0.5", "baseline.enabled=false"];
  await claimRun(bucket, "r", toyConfig(...short, ...set), 30);
  await playRun(bucket, "r");
}

const planOf = () => planRecord.parse(bucket.json(keys.plan("r")));

/** Written as they stand: some are no number to JSON, some to nobody. */
const numbers = [
  ...[
    "0",
    "-1",
    "1",
    "2",
    "29",
    "0.5",
    "1.5",
    "1e-320",
    "1e6",
    "9007199254740991",
    "9007199254740992",
    "1e308",
  ],
  ...["-1e308", "1e999", "-1e999", "NaN", "null", '"1"', "[1]", "true"],
];

/** Every number in a header, by its path. */
function fieldsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value === "number") return [[...path]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, [...path, name]));
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], value);

/** The header's text with another number at the path. */
function withNumber(header: object, path: readonly string[], number: string): string {
  const copy: unknown = structuredClone(header);
  const name = path.at(-1) ?? "";
  (at(copy, path.slice(0, -1)) as Record<string, unknown>)[name] = "@@";
  return JSON.stringify(copy).replace('"@@"', number);
}

/** Possible losses are the one thing that nobody but the client can know. */
const isLoss = (path: readonly string[], number: string) =>
  path.at(-1) === "lossSum" && /^[\d.e-]+$/.test(number) && Number(number) >= 0 && Number(number) < 1e30;

describe.each([
  ["who trains", [] as string[], 2, liar],
  ["who trains for so many steps", ["training.localSteps=5", "training.momentum=0.9"], 2, liar],
  ["who evaluates the last model", [], final, liar],
  ["who trains and holds out nothing", [testSet], 2, liar],
  ["who has the test set", [testSet], 2, examiner],
])("of a participant %s", (_who, set, round, client) => {
  test("every number in the header that is not the plan's refuses the update", async () => {
    await played(...set);
    const plan = planOf();
    const strategy = openStrategy(plan.config.federation.strategy);
    const task = round === final || client === examiner ? ("evaluate" as const) : ("train" as const);
    const read = () =>
      readUpdate(bucket.objects, plan, strategy, { round, attempt: 1 }, { client, task }, null);
    const { metadata } = decodeSafetensors(
      bucket.contents.get(keys.update("r", round, client)) ?? new Uint8Array(),
    );
    const header = updateHeader.parse(JSON.parse(metadata.update ?? ""));
    await expect(read()).resolves.toMatchObject(header);
    const honest = bucket.contents.get(keys.update("r", round, client)) ?? new Uint8Array();
    const fields = fieldsOf(header);
    expect(fields.length).toBeGreaterThan(15);
    for (const path of fields) {
      for (const number of numbers) {
        if (number === String(at(header, path)) || isLoss(path, number)) continue;
        bucket.contents.set(keys.update("r", round, client), honest);
        await forge(bucket, { run: "r", round, client }, () => withNumber(header, path, number));
        await expect(read(), `${path.join(".")} = ${number}`).rejects.toMatchObject({
          name: "UpdateInvalid",
        });
      }
    }
  });
});

describe("a client that claims", () => {
  const million = ({ header }: Forgery) => {
    const confusion = header.evaluation.confusion?.map((row, y) =>
      row.map((_, x) => (x === y && y === 0 ? 1e6 : 0)),
    );
    return JSON.stringify({ ...header, evaluation: { ...header.evaluation, examples: 1e6, confusion } });
  };
  const nothing = ({ header }: Forgery) => {
    const confusion = header.evaluation.confusion?.map((row) => row.map(() => 0));
    return JSON.stringify({ ...header, evaluation: { examples: 0, lossSum: 0, confusion } });
  };
  /** Of the last class nothing: what was taken for it is said to have been taken for the first. */
  const fewerClasses = ({ header }: Forgery) => {
    const confusion = (header.evaluation.confusion ?? []).slice(0, -1).map((row) => {
      const [first = 0, ...others] = row;
      return [first + (others.pop() ?? 0), ...others];
    });
    const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
    const examples = sum(confusion.map(sum));
    const right = sum(confusion.map((row, label) => row[label] ?? 0));
    // a loss that such predictions may have
    const lossSum = 0.7 * (examples - right) + 0.1 * right;
    return JSON.stringify({ ...header, evaluation: { examples, confusion, lossSum } });
  };
  const steps = (steps: number) => (update: Forgery) => JSON.stringify({ ...update.header, steps });
  const loss = (lossSum: number) => (update: Forgery) =>
    JSON.stringify({ ...update.header, evaluation: { ...update.header.evaluation, lossSum } });
  const fedNova = ["federation.strategy.name=FedNova", "training.momentum=0.9", "training.learningRate=0.02"];

  test.each<[string, string[], number, (update: Forgery) => string]>([
    ["a million right answers", [], 2, million],
    ["a million right answers in the final pass", [], final, million],
    ["to have evaluated nothing", [], 2, nothing],
    ["to have evaluated fewer classes", [], 2, fewerClasses],
    ["a loss of -1e308", [], 2, loss(-1e308)],
    ["a loss of 1e308", [], 2, loss(1e308)],
    ["no loss where it was wrong", [], 2, loss(0)],
    ["FedNova no step", fedNova, 2, steps(0)],
    ["FedNova one step", fedNova, 2, steps(1)],
    ["FedNova 2^53 - 1 steps", fedNova, 2, steps(2 ** 53 - 1)],
  ])("%s counts as one that sent nothing", async (_what, set, round, edit) => {
    await played(...set);
    await forge(bucket, { run: "r", round, client: liar }, edit);
    const lied = await aggregateAgain(bucket, "r", round);
    expect(lied.silent).toMatchObject([{ client: liar, error: "UpdateInvalid" }]);
    bucket.contents.delete(keys.update("r", round, liar));
    expect(outcomeOf(lied)).toEqual(outcomeOf(await aggregateAgain(bucket, "r", round)));
  });
});

describe("a SCAFFOLD client", () => {
  beforeEach(() => played("federation.strategy.name=SCAFFOLD", "federation.fraction=0.7"));

  test.each<[string, (change: Float32Array) => void]>([
    ["far beyond its model", (change) => change.set(change.map((value) => 1e6 * value))],
    ["twice what its model tells", (change) => change.set(change.map((value) => 2 * value))],
    ["the other way", (change) => change.set(change.map((value) => -value))],
    ["of nothing", (change) => change.fill(0)],
  ])("that sends a change of its control %s is left out", async (_what, edit) => {
    const honest = await aggregateAgain(bucket, "r", 2);
    expect(honest.silent).toEqual([]);
    const client = honest.clients.find(({ update }) => update !== null)?.client ?? -1;
    await forge(bucket, { run: "r", round: 2, client }, ({ sent }) => {
      edit(sent.change ?? new Float32Array());
      return undefined;
    });
    const { silent } = await aggregateAgain(bucket, "r", 2);
    expect(silent).toMatchObject([{ client, error: "UpdateInvalid" }]);
    expect(silent[0]?.cause).toContain("the change of its control is not what its model tells");
  });
});
