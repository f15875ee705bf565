import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { clientErrors, FedstepError } from "../../shared/errors.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, continueRun, type Play, playRun, toyConfig } from "./played-run.ts";

// to draw the page takes longer than the rest of a run, and nothing here looks at it; a text that holds its story is written
vi.mock("../../report/page.ts", async () => (await import("../cli/verify/page-as-text.ts")).pageAsText());

/** Everything that can be stored: state of the server and of the clients, a test set, a baseline in several invocations. */
const config = toyConfig(
  "federation.strategy.name=SCAFFOLD",
  "federation.fraction=0.67",
  "federation.evaluation=test-set",
  "training.momentum=0.5",
);

/** As the state machine's Catch. */
const catching: Play = {
  baselineMs: 0,
  interfere: async (_round, client, train) => {
    try {
      return await train();
    } catch (error) {
      if (!(error instanceof FedstepError) || !clientErrors.some((name) => name === error.name)) throw error;
      return { client, error: { Error: error.name, Cause: JSON.stringify({ errorMessage: error.message }) } };
    }
  },
};

type State = NonNullable<Awaited<ReturnType<typeof resumedState>>>["state"];
let stored: ReadonlyMap<string, Uint8Array>;
let handedOn: State;
const whole = new Map<string, unknown>();

const copyOf = (contents: ReadonlyMap<string, Uint8Array>) => {
  const bucket = new MemoryBucket();
  for (const [key, bytes] of contents) bucket.contents.set(key, bytes);
  return bucket;
};

/** Everything of a result that does not tell the time. */
const told = ({ federated, baseline, ratio, clients }: Result) => ({
  // the chain tells which execution a round's updates are of
  federated: {
    ...federated,
    chainSha256: "",
    rounds: federated.rounds.map(({ seconds, ...round }) => round),
  },
  baseline,
  ratio,
  clients,
});

async function stateOf(bucket: MemoryBucket): Promise<State> {
  const resumed = await resumedState(bucket.objects, defaultDeployment, "r", 2);
  if (!resumed) throw new Error("the run has no plan");
  return resumed.state;
}

/** Ways to go on from what is stored. */
const ways: Readonly<Record<string, (bucket: MemoryBucket) => Promise<unknown>>> = {
  "a resumed run": async (bucket) =>
    told((await continueRun(bucket, await stateOf(bucket), catching)).result),
  "the execution's next step": async (bucket) => told((await continueRun(bucket, handedOn, catching)).result),
  "a fork": async (bucket) => {
    await claimFork(bucket, "f", { run: "r", round: 2 });
    return told((await playRun(bucket, "f", catching)).result);
  },
};

/** What has had its effect: earlier models, what was aggregated, what the plan was made of; and what a fork does anew. */
const unreadBy: Readonly<Record<string, RegExp>> = {
  "a resumed run":
    /^(datasets|updates)|updates\.json|partition\.json|config\.json|global\/00000|(clients|checkpoints|usage).*0000[01]\.|00001\/(state|0000)/,
  // which was told what the baseline has used
  "the execution's next step":
    /^(datasets|updates)|updates\.json|partition\.json|config\.json|global\/00000|(clients|checkpoints).*0000[01]\.|usage|00001\/(state|0000)/,
  "a fork": /^updates|updates\.json|r\/(partition\.json|global\/0000[01]|baseline)|00001\/(state|0000)/,
};

beforeAll(async () => {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", config, 30);
  const { result } = await playRun(bucket, "r", catching);
  // as after the second round and the second epoch
  const number = (key: string) =>
    Number(
      /\/(?:global|rounds|updates\/r|clients\/r|epochs|checkpoints|usage|baseline\/clients)\/(\d+)/.exec(
        `/${key}`,
      )?.[1] ?? 0,
    );
  for (const key of bucket.contents.keys()) {
    if (number(key) > 2 || /models|report|result|expenses/.test(key)) bucket.contents.delete(key);
  }
  stored = new Map(bucket.contents);
  handedOn = await stateOf(copyOf(stored));
  for (const [way, goOn] of Object.entries(ways)) whole.set(way, await goOn(copyOf(stored)));
  expect(whole.get("a resumed run")).toEqual(told(result));
});

/** Expects of a changed object that the run comes to what it did, or is refused by its key; says whether it was. */
async function isRefused(way: string, key: string, changed: Uint8Array): Promise<boolean> {
  const bucket = copyOf(stored);
  bucket.contents.set(key, changed);
  const outcome = await ways[way]?.(bucket).catch((error: unknown) => error);
  if (!(outcome instanceof Error)) {
    expect(outcome, key).toEqual(whole.get(way));
    return false;
  }
  expect(outcome).toBeInstanceOf(FedstepError);
  expect(outcome.name, `${key}: ${outcome.message}`).toMatch(/^(ObjectInvalid|QuorumNotReached)$/);
  expect(outcome.message).toContain(key);
  expect(outcome.message).not.toContain("TrainingDiverged");
  return true;
}

const flipped = (bytes: Uint8Array, bit: number) => {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};

describe.each(Object.keys(ways))("%s", (way) => {
  test("comes to the same bits, or is refused by the key of the object of which one bit was flipped", async () => {
    const of = fc.constantFrom(...stored.keys());
    await fc.assert(
      fc.asyncProperty(of, fc.noBias(fc.nat()), async (key, place) => {
        const bytes = stored.get(key) ?? new Uint8Array();
        await isRefused(way, key, flipped(bytes, place % (8 * bytes.length)));
      }),
      { numRuns: 60 },
    );
  });

  test("notices a change at the end of every object, but of those that nothing reads any more", async () => {
    const unread: string[] = [];
    for (const [key, bytes] of stored) {
      if (!(await isRefused(way, key, flipped(bytes, 8 * bytes.length - 8)))) unread.push(key);
    }
    const left = unread.filter((key) => !unreadBy[way]?.test(key));
    expect(left).toEqual([]);
  });

  test("refuses an object that is larger than it can be, by key, size and limit, before it is read", async () => {
    const unread: string[] = [];
    for (const key of stored.keys()) {
      const bucket = copyOf(stored);
      bucket.lengths.set(key, huge);
      const outcome = await ways[way]?.(bucket).catch((error: unknown) => error);
      if (!(outcome instanceof FedstepError)) {
        expect(outcome, key).toEqual(whole.get(way));
        unread.push(key);
        continue;
      }
      expect(outcome.name, `${key}: ${outcome.message}`).toMatch(/^(ObjectInvalid|QuorumNotReached)$/);
      expect(outcome.message).toContain(`${key}: has ${huge} bytes, and at most `);
      const [, most] = /at most (\d+) are read/.exec(outcome.message) ?? [];
      const room = Number(most) - (stored.get(key)?.length ?? 0);
      expect(room, `${key}: ${most}`).toBeGreaterThanOrEqual(0);
      expect(room, `${key}: ${most}`).toBeLessThan(roomOf(key));
      expect(bucket.reads).not.toContain(key);
    }
    expect(unread.filter((key) => !unreadBy[way]?.test(key))).toEqual([]);
  });

  test("goes on where answers do not say how long they are", async () => {
    const bucket = copyOf(stored);
    bucket.saysLength = false;
    expect(await ways[way]?.(bucket)).toEqual(whole.get(way));
  });
});

/** What a header may have beside tensors, and a state's and a record beside what three clients and four rounds take. */
function roomOf(key: string): number {
  if (key.endsWith(".json")) return 2 ** 27;
  return key.endsWith("state.safetensors") ? 2 ** 21 : 2 ** 15;
}

/** Bytes that no object here can have. */
const huge = 2 ** 40;
