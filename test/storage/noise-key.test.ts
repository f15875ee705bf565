import { expect, test } from "vitest";
import { keepNoiseKey, type NoiseContext, noiseOfRound } from "../../storage/noise-key.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";

const digest = (digit: string) => digit.repeat(64);
const updates = [
  { client: 0, sha256: digest("a") },
  { client: 2, sha256: digest("b") },
];
const context: NoiseContext = { run: "r", round: 3, attempt: 1, chainSha256: digest("c"), updates };

async function wordsOf(changed: Partial<NoiseContext> = {}, byte = 1, label = "changes"): Promise<string> {
  const bucket = new MemoryBucket();
  const of = { ...context, ...changed };
  await keepNoiseKey(bucket.objects, of.run, new Uint8Array(32).fill(byte));
  // of a repetition, which has drawn another key
  await keepNoiseKey(bucket.objects, of.run, new Uint8Array(32).fill(99)).catch(() => undefined);
  return (await noiseOfRound(bucket.objects, of))(label).words(8).join();
}

test("a round's noise is the same again, and has nothing to do with that of another key, run, round, attempt, model or set", async () => {
  expect(await wordsOf()).toBe(await wordsOf());
  const others = await Promise.all([
    wordsOf({}, 2),
    wordsOf({ run: "s" }),
    wordsOf({ round: 4 }),
    wordsOf({ attempt: 2 }),
    wordsOf({ chainSha256: digest("d") }),
    wordsOf({ updates: updates.slice(0, 1) }),
    wordsOf({ updates: [...updates, { client: 3, sha256: digest("e") }] }),
    wordsOf({ updates: [{ client: 0, sha256: digest("f") }, ...updates.slice(1)] }),
    wordsOf({}, 1, "short changes"),
  ]);
  expect(new Set([await wordsOf(), ...others]).size).toBe(others.length + 1);
});
