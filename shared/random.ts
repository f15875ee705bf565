import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** What a stream of random numbers is for; streams of different purposes never overlap. */
export type Purpose =
  | "partition"
  | "held-out"
  | "start"
  | "selection"
  | "client-order"
  | "baseline-order"
  // what clients of a round draw beside the orders of their training
  | "client"
  // tables that are made up
  | "demo";

/** A deterministic source of random numbers: what determines it gives the same numbers on every machine. */
export interface RandomStream {
  /** An integer in [0, bound), uniform. */
  below(bound: number): number;
  /** A float32-exact number in [0, 1), uniform in steps of 2^-24. */
  unit(): number;
}

/**
 * The public stream that (seed, purpose, ids) determines: SHA-256 of the key seeds xoroshiro128+, so that streams of
 * neighbouring rounds and clients are unrelated and any invocation can open its own without reading another's.
 * @param ids numbers, and names without a slash
 */
export function randomStream(
  seed: number,
  purpose: Purpose,
  ...ids: readonly (number | string)[]
): RandomStream {
  const digest = sha256(utf8ToBytes(["fedstep", seed, purpose, ...ids].join("/")));
  const words = new DataView(digest.buffer, digest.byteOffset, 16);
  const state = [0, 4, 8, 12].map((offset) => words.getInt32(offset, true));
  const generator = xoroshiro128plusFromState(state);
  return {
    below: (bound) => uniformInt(generator, 0, bound - 1),
    unit: () => (generator.next() >>> 8) * 2 ** -24,
  };
}

/** Shuffles in place (Durstenfeld 1964, "Algorithm 235: Random permutation"). */
export function shuffle<T extends { [index: number]: number; readonly length: number }>(
  items: T,
  stream: RandomStream,
): T {
  for (let last = items.length - 1; last > 0; last--) {
    const pick = stream.below(last + 1);
    const moved = items[pick] as number;
    items[pick] = items[last] as number;
    items[last] = moved;
  }
  return items;
}

/** A random permutation of 0 ... count - 1. */
export function permutation(count: number, stream: RandomStream): Uint32Array {
  return shuffle(
    Uint32Array.from({ length: count }, (_, i) => i),
    stream,
  );
}
