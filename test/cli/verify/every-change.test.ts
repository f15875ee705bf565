import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Unchecked } from "../../../cli/verify/audit.ts";
import { type Verification, verifyRun } from "../../../cli/verify/verify-run.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimFork, claimRun, type Play, playRun, toyConfig } from "../../functions/played-run.ts";
import { changesOf } from "./changes.ts";
import { here } from "./here.ts";

// to draw the page of a story takes longer than all the rest; a text that holds all of it tells a change as well
vi.mock("../../../report/page.ts", async () => (await import("./page-as-text.ts")).pageAsText());

/** Small, since it is verified once for every change of one thing in it. */
const small = ["federation.rounds=2", "baseline.epochs=2", "model.hidden=[2]"];

const absentInRound1: Play = {
  interfere: async (round, client, train) =>
    round === 1 && client === 1 ? { client, error: { Error: "Sandbox.Timedout", Cause: "" } } : train(),
};

interface Scenario {
  readonly play: (bucket: MemoryBucket) => Promise<unknown>;
  /** Whose keys are changed. */
  readonly kinds: RegExp;
  /** What is changed without a finding: only what the verification says that nothing tells. */
  readonly unseen: readonly string[];
  /** What may be gone, since nothing was made of it. */
  readonly needless: readonly string[];
}

const scenarios: [string, Scenario][] = [
  [
    "FedAvg and a client that was silent once",
    {
      async play(bucket) {
        await claimRun(bucket, "r", toyConfig(...small, "partition.clients=2", "federation.quorum=0.5"));
        await playRun(bucket, "r", { ...absentInRound1, baselineMs: 0 });
      },
      kinds: /./,
      unseen: [
        "00001.json usage.billedMs",
        "00001.json usage.cold",
        "00001.json usage.count",
        "00001.json usage.gbSeconds",
        "partition.json writer.added",
        "partition.json writer.arithmetic",
        "partition.json writer.version",
      ],
      needless: ["runs/r/baseline/usage/00001.json", "runs/r/baseline/checkpoints/00001.safetensors"],
    },
  ],
  [
    "SCAFFOLD, a test set, and a round of another run",
    {
      async play(bucket) {
        const set = [...small, "federation.strategy.name=SCAFFOLD", "federation.evaluation=test-set"];
        await claimRun(bucket, "before", toyConfig(...set), 30);
        await playRun(bucket, "before");
        await claimFork(bucket, "r", { run: "before", round: 1 });
        await playRun(bucket, "r");
      },
      kinds: /^clients\/r|^updates\/r\/00002\/0000[03]|^runs\/r\/(plan|partition|global|rounds\/0000[12])/,
      unseen: [],
      needless: [],
    },
  ],
];

describe.each(scenarios)("of a run with %s", (_, { play, kinds, unseen, needless }) => {
  const bucket = new MemoryBucket();
  const verified = async (): Promise<Verification> => {
    bucket.mock.resetHistory();
    return verifyRun(bucket, "r", here, { baseline: true });
  };
  let whole: ReadonlyMap<string, Uint8Array>;
  beforeAll(async () => {
    await play(bucket);
    whole = new Map(bucket.contents);
  });

  test("every change of one thing is found, or declared to be what nothing else tells", async () => {
    const unfound: string[] = [];
    for (const [key, bytes] of whole) {
      if (!kinds.test(key)) continue;
      for (const { path, bytes: changed } of changesOf(key, bytes)) {
        bucket.contents.set(key, changed);
        const what = `${key.split("/").at(-1)} ${path}`;
        const problem = await verified().then(
          ({ findings, unchecked }) => {
            if (findings.length > 0) return undefined;
            return declares(unchecked, key, path) ? what : `${what}, of which nothing is said`;
          },
          (error: unknown) => {
            // by the specification: bits of another arithmetic are not to be compared
            if (error instanceof Error && error.name === "ArithmeticDiffers") return undefined;
            return `${key} ${path} raises ${error}`;
          },
        );
        if (problem !== undefined) unfound.push(problem);
      }
      bucket.contents.set(key, bytes);
    }
    expect(unfound.sort()).toEqual(unseen);
  }, 600_000);

  test("every object that is gone is missed, or nothing needs it", async () => {
    const unmissed: string[] = [];
    for (const [key, bytes] of whole) {
      // what is wrong with the other run is for its own verification to say
      if (/^(runs|updates|clients)\/before/.test(key)) continue;
      bucket.contents.delete(key);
      const { findings, unchecked } = await verified();
      const missed =
        findings.some((one) => one.key === key) || unchecked.some(({ objects }) => objects === key);
      if (!missed) unmissed.push(key);
      bucket.contents.set(key, bytes);
    }
    expect(unmissed).toEqual(needless);
  }, 240_000);
});

function declares(unchecked: readonly Unchecked[], key: string, path: string): boolean {
  return unchecked.some(
    ({ objects, fields }) => matches(objects, key) && (fields?.some((one) => matches(one, path)) ?? true),
  );
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.split("*").map((one) => one.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(text);
}
