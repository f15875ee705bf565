import { createCipheriv, createHmac, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { simulatedKey } from "../../../shared/client/place.ts";
import { clientRandom, type SecretContext } from "../../../shared/client/randomness.ts";
import type { RandomStream } from "../../../shared/random.ts";

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const context: SecretContext = {
  run: "r",
  round: 3,
  attempt: 1,
  client: 2,
  chainSha256: "c1",
  shardSha256: "d1",
};
const drawn = (stream: RandomStream) => Array.from({ length: 20 }, () => stream.below(2 ** 32));

describe("the secret source", () => {
  it("is ChaCha20 by a key of HKDF, as Node's own crypto computes it", () => {
    const seed = createHmac("sha256", key).update('["r",3,1,2,"c1","d1"]').digest();
    const keyOfStream = new Uint8Array(hkdfSync("sha256", seed, "", "noise", 32));
    const stream = createCipheriv("chacha20", keyOfStream, Buffer.alloc(16)).update(Buffer.alloc(80));
    const words = Array.from({ length: 20 }, (_, i) => stream.readUInt32LE(4 * i));
    expect(drawn(clientRandom(1, key, context).secret("noise"))).toEqual(words);
  });

  it("gives the words of one sequence, one after the other or many at once", () => {
    const open = () => clientRandom(1, key, context).secret("noise");
    const expected = Array.from(open().words(300));
    for (const parts of [[300], [1, 299], [0, 63, 2, 235], [64, 64, 172]]) {
      const stream = open();
      expect(parts.flatMap((count) => Array.from(stream.words(count)))).toEqual(expected);
    }
    const mixed = open();
    const taken = [3, 70, 0, 150].flatMap((count) => [mixed.below(2 ** 32), ...mixed.words(count)]);
    expect(taken).toEqual(expected.slice(0, taken.length));
    expect(drawn(mixed)).toEqual(expected.slice(taken.length, taken.length + 20));
  });

  it("is the same again, and another one for any other key, run, round, execution, client, history, shard or label", () => {
    const secret = (changes: Partial<SecretContext>, by: Uint8Array = key, label = "noise") =>
      drawn(clientRandom(1, by, { ...context, ...changes }).secret(label)).join();
    const all = [
      secret({}),
      secret({}, key, "mask"),
      secret({}, simulatedKey(1, 2)),
      ...[
        { run: "s" },
        { round: 4 },
        { attempt: 2 },
        { client: 3 },
        { chainSha256: "c2" },
        { shardSha256: "d2" },
      ].map((changes) => secret(changes)),
    ];
    expect(secret({})).toBe(all[0]);
    expect(new Set(all).size).toBe(all.length);
  });

  it("does not follow from the seed, which all of the public one follows from", () => {
    const of = (seed: number) => clientRandom(seed, key, context);
    expect(drawn(of(1).secret("a"))).toEqual(drawn(of(2).secret("a")));
    expect(drawn(of(1).public("a"))).not.toEqual(drawn(of(2).public("a")));
    const other = clientRandom(1, new Uint8Array(32), { ...context, chainSha256: "c2" });
    expect(drawn(other.public("a"))).toEqual(drawn(of(1).public("a")));
  });
});

describe.each(["public", "secret"] as const)("a %s stream", (kind) => {
  // chi-squared of 9 degrees passes 27.88 once in a thousand times; the streams are fixed
  it("is uniform, below any bound and in the unit interval", () => {
    const stream = clientRandom(1, key, context)[kind]("uniform");
    const draws = 20_000;
    for (const draw of [() => stream.below(10), () => Math.floor(10 * stream.unit())]) {
      const counts = new Array<number>(10).fill(0);
      for (let i = 0; i < draws; i++) {
        const at = draw();
        counts[at] = (counts[at] ?? NaN) + 1;
      }
      const expected = draws / 10;
      const distance = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(distance).toBeLessThan(27.88);
    }
  });

  it("favours no number below a bound that is no power of two", () => {
    // two thirds of 2^32: words taken by their remainder would hit the lower half two times in three
    const bound = 2 ** 32 - 2 ** 32 / 3;
    const stream = clientRandom(1, key, context)[kind]("bound");
    const low = Array.from({ length: 4_000 }, () => stream.below(Math.floor(bound))).filter(
      (n) => n < bound / 2,
    );
    expect(Math.abs(low.length / 4_000 - 0.5)).toBeLessThan(0.03);
  });
});

it("a simulated client's key follows from seed and client, 32 bytes", () => {
  const keyOf = (seed: number, client: number) => Buffer.from(simulatedKey(seed, client)).toString("hex");
  expect(keyOf(1, 2)).toBe(createHmac("sha256", "fedstep/simulated client").update("1/2").digest("hex"));
  expect(new Set([keyOf(1, 2), keyOf(2, 2), keyOf(1, 3)]).size).toBe(3);
});
