import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson } from "../canonical-json.ts";
import { keystream } from "../keystream.ts";
import { addWords, subtractWords, type Words } from "./words.ts";

/** The helpers of a committee, by their numbers. Each knows all seeds but that of its own number; any two know all of them. */
export const helperNumbers = [1, 2, 3] as const;
export type HelperNumber = (typeof helperNumbers)[number];

export const seedBytes = 32;

/** Of each helper's number the seed that it alone does not know. */
export type Seeds = Readonly<Record<HelperNumber, Uint8Array>>;

/** What a client draws for its part in a round. */
export interface MaskSecrets {
  readonly seeds: Seeds;
  /** Private X25519 key of this part alone. */
  readonly ephemeral: Uint8Array;
}

/** What a client's masks are for. Of any other context they have nothing to do with these. */
export interface MaskContext {
  /** Digest of what the round's clients have in common (round-context.ts). */
  readonly roundSha256: string;
  readonly client: number;
  readonly task: "train" | "evaluate";
  /** Of the client's examples. */
  readonly examplesSha256: string;
}

/**
 * Seeds and ephemeral key of a client in a round, by HKDF (RFC 5869) from the client's key: a repeated invocation draws the same.
 * @param key 32 bytes, the client's
 */
export function maskSecrets(key: Uint8Array, context: MaskContext): MaskSecrets {
  const salt = hmac(sha256, key, utf8ToBytes(canonicalJson(context)));
  const drawn = (label: string) => hkdf(sha256, key, salt, utf8ToBytes(`fedstep masks/${label}`), seedBytes);
  return {
    seeds: { 1: drawn("seed 1"), 2: drawn("seed 2"), 3: drawn("seed 3") },
    ephemeral: drawn("ephemeral"),
  };
}

/**
 * What makes the digest of what a client keeps another one than whoever guesses it reckons: as lower-case hex.
 * @param key 32 bytes, the client's
 */
export function keptSalt(
  key: Uint8Array,
  of: { run: string; round: number; attempt: number; client: number },
) {
  return bytesToHex(hmac(sha256, key, utf8ToBytes(`fedstep kept/${canonicalJson(of)}`)));
}

/** Adds the streams of the seeds: y = v + sum_i PRG(r_i) modulo 2^64. */
export function mask(integers: Words, seeds: Seeds): void {
  for (const helper of helperNumbers) addStream(integers, seeds[helper], integers.length);
}

/** Words of a stream that are made at a time: they stay in the processor's cache. */
const pieceWords = 2 ** 12;

/** Adds the first so many words of a seed's stream to a sum: an even number of them. */
export function addStream(sum: Words, seed: Uint8Array, words: number): void {
  const { fill } = keystream(seed);
  const piece = new Uint32Array(Math.min(words, pieceWords));
  for (let at = 0; at < words; at += pieceWords) {
    const some = piece.subarray(0, words - at);
    fill(some);
    addWords(sum.subarray(at), some);
  }
}

/** Takes the sums of the seeds' streams off a sum of masked updates: the sum of what they hide remains. */
export function unmask(sum: Words, streams: Readonly<Record<HelperNumber, Words>>): void {
  for (const helper of helperNumbers) subtractWords(sum, streams[helper]);
}

/** Numbers of the seeds that a helper knows: those of the others. */
export const seedsOf = (helper: HelperNumber): HelperNumber[] =>
  helperNumbers.filter((one) => one !== helper);
