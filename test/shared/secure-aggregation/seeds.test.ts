import { createCipheriv, createHmac, hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../shared/canonical-json.ts";
import { keystream } from "../../../shared/keystream.ts";
import {
  addStream,
  helperNumbers,
  mask,
  maskSecrets,
  seedsOf,
  unmask,
} from "../../../shared/secure-aggregation/seeds.ts";
import {
  addInteger,
  addWords,
  firstDifference,
  integerAt,
  subtractWords,
  zeros,
} from "../../../shared/secure-aggregation/words.ts";

const key = new Uint8Array(32).fill(7);
const context = {
  roundSha256: "ab".repeat(32),
  client: 3,
  task: "train",
  examplesSha256: "cd".repeat(32),
} as const;

describe("a client's seeds", () => {
  test("are HKDF's of its key and all that the round depends on, as node's crypto has it", () => {
    const salt = createHmac("sha256", key).update(canonicalJson(context)).digest();
    const drawn = (label: string) =>
      Buffer.from(hkdfSync("sha256", key, salt, `fedstep masks/${label}`, 32)).toString("hex");
    const { seeds, ephemeral } = maskSecrets(key, context);
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
    expect(helperNumbers.map((helper) => hex(seeds[helper]))).toEqual(
      helperNumbers.map((helper) => drawn(`seed ${helper}`)),
    );
    expect(hex(ephemeral)).toBe(drawn("ephemeral"));
  });

  test("are others of any other key, round, client, task or examples", () => {
    const others = [
      maskSecrets(new Uint8Array(32).fill(8), context),
      maskSecrets(key, { ...context, roundSha256: "ac".repeat(32) }),
      maskSecrets(key, { ...context, client: 4 }),
      maskSecrets(key, { ...context, task: "evaluate" }),
      maskSecrets(key, { ...context, examplesSha256: "ce".repeat(32) }),
    ];
    const all = [maskSecrets(key, context), ...others].flatMap(({ seeds, ephemeral }) => [
      ...Object.values(seeds),
      ephemeral,
    ]);
    expect(new Set(all.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(24);
  });
});

describe("masks", () => {
  test("are the streams of all three seeds, as node's crypto has them, and add up in any number", () => {
    const clients = [0, 1, 2, 3].map((client) => maskSecrets(key, { ...context, client }).seeds);
    const sum = zeros(5);
    let plain = 0n;
    for (const [client, seeds] of clients.entries()) {
      const own = zeros(5);
      addInteger(own, 2, (client - 2) * 10 ** 12);
      plain += BigInt((client - 2) * 10 ** 12);
      mask(own, seeds);
      const expected = helperNumbers.reduce(
        (total, helper) => {
          const cipher = createCipheriv("chacha20", seeds[helper], Buffer.alloc(16));
          return total + cipher.update(Buffer.alloc(40)).readBigUInt64LE(16);
        },
        BigInt((client - 2) * 10 ** 12),
      );
      expect(integerAt(own, 2)).toBe(BigInt.asIntN(64, expected));
      addWords(sum, own);
    }
    const streams = helperNumbers.map((helper) => {
      const opened = zeros(5);
      for (const seeds of clients) addStream(opened, seeds[helper], opened.length);
      return opened;
    });
    const [one, two, three] = streams as [Uint32Array, Uint32Array, Uint32Array];
    unmask(sum, { 1: one, 2: two, 3: three });
    expect([0, 1, 2, 3, 4].map((at) => integerAt(sum, at))).toEqual([0n, 0n, plain, 0n, 0n]);
  });

  test("of whom a helper knows two: what it cannot take off is the stream of the seed of its own number", () => {
    const { seeds } = maskSecrets(key, context);
    for (const helper of helperNumbers) {
      const own = zeros(50);
      for (let i = 0; i < 50; i++) addInteger(own, i, i);
      mask(own, seeds);
      for (const known of seedsOf(helper)) {
        const stream = zeros(50);
        addStream(stream, seeds[known], stream.length);
        subtractWords(own, stream);
      }
      const left = zeros(50);
      for (let i = 0; i < 50; i++) addInteger(left, i, i);
      addStream(left, seeds[helper], left.length);
      expect(own).toEqual(left);
    }
    expect(helperNumbers.map(seedsOf)).toEqual([
      [2, 3],
      [1, 3],
      [1, 2],
    ]);
  });

  test.each([2, 4094, 4096, 4098, 25_450 * 2])("adds a stream of %i words in pieces as at once", (words) => {
    const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
    const [sum, whole] = [zeros(words / 2 + 3), zeros(words / 2 + 3)].map((of) => of.fill(0xffff_fff0));
    addStream(sum as Uint32Array, seed, words);
    addWords(whole as Uint32Array, keystream(seed).words(words));
    expect(firstDifference(sum as Uint32Array, whole as Uint32Array)).toBeUndefined();
  });
});
