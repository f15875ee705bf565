import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { aggregateRound } from "../../functions/aggregate-round/aggregate-round.ts";
import { finishRun } from "../../functions/finish-run/finish-run.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { trainBaseline } from "../../functions/train-baseline/train-baseline.ts";
import { simulatedData } from "../../functions/train-client/client-data.ts";
import { trainClient } from "../../functions/train-client/train-client.ts";
import { clientsKey, keys } from "../../shared/layout.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { outcomeRecord } from "../../shared/workflow/result-record.ts";
import type { Objects } from "../../storage/objects.ts";
import { Killed, killedAfter } from "./killed-after.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, continueRun, invocation, preparedRun, toyConfig } from "./played-run.ts";

// to draw the page of a story takes longer than all the rest; a text that holds all of it tells a change as well
vi.mock("../../report/page.ts", async () => (await import("../cli/verify/page-as-text.ts")).pageAsText());

// whatever takes time takes none, so that times, usage and bill are the same too, and what a budget pays for
beforeAll(() => {
  vi.spyOn(Date, "now").mockReturnValue(1_780_000_000_000);
  vi.spyOn(performance, "now").mockReturnValue(0);
});
afterAll(() => void vi.restoreAllMocks());

type Contents = ReadonlyMap<string, Uint8Array>;

/** A step as it was invoked in a run that nothing disturbed. */
interface Invoked {
  readonly what: string;
  readonly work: (bucket: MemoryBucket) => Promise<unknown>;
  readonly before: Contents;
  readonly after: Contents;
  readonly answer: unknown;
}

function bucketOf(contents: Contents): MemoryBucket {
  const bucket = new MemoryBucket();
  for (const [key, bytes] of contents) bucket.contents.set(key, bytes);
  return bucket;
}

/** Every step of a run, in the state machine's order. */
async function undisturbed(set: string[]): Promise<Invoked[]> {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig(...set));
  const all: Invoked[] = [];
  const invoke = async <T>(what: string, work: (on: MemoryBucket) => Promise<T>): Promise<T> => {
    const before = new Map(bucket.contents);
    const answer = await work(bucket);
    all.push({ what, work, before, after: new Map(bucket.contents), answer });
    return answer;
  };
  /** Every invocation in an environment of its own, as after a long pause. */
  const step =
    <I, O>(
      open: (objects: Objects) => { work: (input: I, by: ReturnType<typeof invocation>) => O },
      input: I,
    ) =>
    ({ objects }: MemoryBucket) =>
      open(objects).work(input, invocation());

  const prepared = await invoke("PrepareRun", (on) => preparedRun(on, { run: "r" }));
  const { run, plan, writer, startedAt, usage } = prepared;
  const underWay = { run, plan, writer };
  let { federation, baseline } = prepared;
  while (federation.stage !== "done") {
    const { round, chainSha256, execution, participants } = federation;
    const reports = [];
    for (const { client, task } of participants) {
      const asked = { ...underWay, round, attempt: execution.number, task, client, chainSha256 };
      const train = step((objects) => trainClient(objects, simulatedData(objects, 1e6)), asked);
      reports.push(await invoke(`TrainClient of client ${client}, round ${round}`, train));
    }
    const input = { ...underWay, federation, reports };
    const aggregate = step((objects) => aggregateRound(objects, defaultDeployment), input);
    federation = await invoke(`AggregateRound of round ${round}`, aggregate);
  }
  while (!baseline.done) {
    const input = { ...underWay, baseline };
    baseline = await invoke(
      "TrainBaseline",
      step((objects) => trainBaseline(objects, defaultDeployment), input),
    );
  }
  const input = { ...underWay, startedAt, usage, federation, baseline };
  await invoke(
    "FinishRun",
    step((objects) => finishRun(objects, defaultDeployment), input),
  );
  return all;
}

/** What a step leaves that is killed after each number of its writes, until it is not killed. */
async function eachCut({ work, before }: Invoked, check: (left: Contents, writes: number) => Promise<void>) {
  for (let writes = 0; ; writes++) {
    const bucket = bucketOf(before);
    try {
      await work(killedAfter(bucket, writes));
      return writes;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    await check(bucket.contents, writes);
  }
}

/** In the place of bytes, which take long to compare. */
const digestOf = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const digestsOf = (contents: Contents) =>
  new Map([...contents].map(([key, bytes]) => [key, digestOf(bytes)]));

/** Of which execution it is, and what follows from that: seals, and the digests of what names it. */
const ofAttempt = new Set([
  "attempt",
  "seal",
  "chainSha256",
  "stateSha256",
  "before",
  "recordSha256",
  "accepted",
]);

function withoutAttempt(key: string, bytes: Uint8Array): unknown {
  if (key.endsWith(".json")) {
    const text = Buffer.from(bytes).toString();
    return JSON.parse(text, (name, value: unknown) => (ofAttempt.has(name) ? undefined : value));
  }
  if (!/(global|state).*\.safetensors$/.test(key)) return digestOf(bytes);
  const { tensors, metadata } = decodeSafetensors(bytes);
  const { accepted = "{}" } = metadata;
  const said = Object.entries(metadata).filter(([name]) => !ofAttempt.has(name));
  const counts = accepted.replaceAll(/"attempt":\d+,?/g, "");
  const held = [...tensors.values()].map(({ name, data }) => [
    name,
    digestOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
  return { held, said, counts };
}

/** What a run comes to in as many executions as it takes. The bill and its page count those. */
function comesTo(contents: Contents): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, bytes] of contents) {
    if (/expenses\.json|report\.html/.test(key)) continue;
    const { attempt, round, client } = clientsKey(key) ?? {};
    const [prefix] = key.split("/");
    const name = attempt === undefined ? key : `${prefix}/${round}/${client}`;
    found.set(name, withoutAttempt(key, bytes));
  }
  return found;
}

describe.each([
  [
    "SCAFFOLD with a budget that ends both",
    [
      "federation.strategy.name=SCAFFOLD",
      "federation.budget=0.0043",
      "federation.rounds=9",
      "baseline.epochs=9",
    ],
    { ended: "budget", epochs: 4 },
  ],
  [
    "FedAdam with clipping, which stops early",
    [
      "federation.strategy.name=FedAdam",
      'federation.update=[{"stage":"clipping","norm":0.5}]',
      "federation.stop.accuracy=0.2",
    ],
    { ended: "accuracy", epochs: 2 },
  ],
])("a step of %s that is cut off after any of its writes", (_what, set, { ended, epochs }) => {
  let steps: Invoked[];
  beforeAll(async () => {
    const small = ["partition.clients=2", "federation.rounds=2", "baseline.epochs=2"];
    steps = await undisturbed([...small, ...set]);
  });

  test("is repeated as if it had not been", async () => {
    const writes: Record<string, number> = {};
    for (const step of steps) {
      const [name = ""] = step.what.split(" ");
      writes[name] = await eachCut(step, async (left, after) => {
        const bucket = bucketOf(left);
        const where = `${step.what}, after write ${after}`;
        expect(await step.work(bucket), where).toEqual(step.answer);
        expect(digestsOf(bucket.contents), where).toEqual(digestsOf(step.after));
      });
    }
    const result = outcomeRecord.parse(bucketOf(steps.at(-1)?.after ?? new Map()).json(keys.result("r")));
    expect(result.federated.ended).toBe(ended);
    expect(result.baseline?.epochs).toHaveLength(epochs);
    // the last of each step; the final pass makes no model and no state
    expect(writes).toMatchObject({ PrepareRun: 6, AggregateRound: 3, TrainClient: 1, FinishRun: 11 });
  });

  test("is gone on from by another execution", async () => {
    const whole = steps.at(-1)?.after ?? new Map();
    const expected = comesTo(whole);
    for (const step of steps) {
      // later ones are repetitions of these
      if (/round 1|client 1/.test(step.what)) continue;
      await eachCut(step, async (left, after) => {
        const bucket = bucketOf(left);
        // a run that has one is not resumed
        expect(bucket.contents.has(keys.result("r"))).toBe(false);
        const resumed = await resumedState(bucket.objects, defaultDeployment, "r", 2);
        const state = resumed?.state ?? (await preparedRun(bucket, { run: "r" }, { execution: "r@2" }));
        await continueRun(bucket, state);
        expect(comesTo(bucket.contents), `${step.what}, after write ${after}`).toEqual(expected);
      });
    }
  });
});
