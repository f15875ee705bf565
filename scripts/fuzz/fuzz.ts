import fc from "fast-check";
import { FedstepError } from "../../shared/errors.ts";
import { type Border, borders, type Case } from "./targets.ts";

/** Bytes that reading may take: a constant for what the smallest input takes, and a factor of its size. */
export const memoryBound = { factor: 16, constant: 16 * 2 ** 20 };
/** Milliseconds within which every input is read or refused, on a machine that is busy with other things. */
export const mostMs = 5_000;

export interface Fuzzed {
  readonly border: string;
  readonly inputs: number;
  readonly accepted: number;
  /** By the error's name. */
  readonly refused: ReadonlyMap<string, number>;
  readonly slowestMs: number;
  /** The most that one input took, and the most that it took for each byte of an input of a megabyte or more. */
  readonly mostBytes: number;
  readonly mostTimes: number;
}

/**
 * Puts as many inputs before each border as its share of the given number is. fast-check shrinks what fails to a small
 * example.
 * @throws Error where an input crashes with anything but a named error, takes too long or too much memory
 */
export async function fuzz(inputs: number, seed: number): Promise<Fuzzed[]> {
  const shares = borders.reduce((sum, { share }) => sum + share, 0);
  const results: Fuzzed[] = [];
  for (const border of borders) {
    results.push(await fuzzBorder(border, Math.round((border.share / shares) * inputs), seed));
  }
  return results;
}

export async function fuzzBorder({ name, cases }: Border, inputs: number, seed: number): Promise<Fuzzed> {
  const refused = new Map<string, number>();
  let [read, accepted, slowestMs, mostBytes, mostTimes] = [0, 0, 0, 0, 0];
  const one = async (input: Case) => {
    read++;
    const taken = heldBytes();
    const start = performance.now();
    try {
      await input.read();
      accepted++;
    } catch (error) {
      if (!(error instanceof FedstepError)) throw error;
      refused.set(error.name, (refused.get(error.name) ?? 0) + 1);
    }
    const ms = performance.now() - start;
    const bytes = heldBytes() - taken;
    slowestMs = Math.max(slowestMs, ms);
    mostBytes = Math.max(mostBytes, bytes);
    if (input.size >= 2 ** 20) mostTimes = Math.max(mostTimes, bytes / input.size);
    if (ms > mostMs) throw new Error(`${name}: took ${ms.toFixed(0)} ms`);
    if (bytes > memoryBound.constant + memoryBound.factor * input.size) {
      throw new Error(`${name}: took ${bytes} bytes for an input of ${input.size}`);
    }
  };
  await fc.assert(fc.asyncProperty(cases, one), { numRuns: inputs, seed, endOnFailure: false });
  return { border: name, inputs: read, accepted, refused, slowestMs, mostBytes, mostTimes };
}

/** What is allocated and not yet collected. A collection between two looks makes their difference smaller, never larger. */
function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
