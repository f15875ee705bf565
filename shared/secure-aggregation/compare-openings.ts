import { helpersDisagree, helpersSilent } from "../errors.ts";
import { type HelperNumber, helperNumbers } from "./seeds.ts";
import { firstDifference, type Words } from "./words.ts";

/** What a helper has opened: of each seed that it knows the sum of the streams, over the round's clients. */
export interface Opening {
  readonly helper: HelperNumber;
  readonly streams: ReadonlyMap<HelperNumber, Words>;
}

/** The sums of all three seeds' streams. */
export interface AgreedStreams {
  readonly streams: Readonly<Record<HelperNumber, Words>>;
  /** Seeds whose sum one helper alone has told, since another one was silent: nobody has checked it. */
  readonly unchecked: readonly HelperNumber[];
}

/**
 * Compares what helpers have opened, bit by bit. Each seed is known to two of them: of three answers every sum has two
 * witnesses, of two answers one sum has.
 * @param where of the round, for whoever is told
 * @throws HelpersDisagree naming each pair that tells different sums of a seed, HelpersSilent where fewer than two have answered
 */
export function compareOpenings(openings: readonly Opening[], where: string): AgreedStreams {
  const answered = new Set(openings.map(({ helper }) => helper));
  if (answered.size < 2) {
    throw helpersSilent(
      `${where}: ${answered.size} of 3 helpers ${answered.size === 1 ? "has" : "have"} opened sums, and it takes two; resume the ` +
        "run once they are there again",
    );
  }
  const pairs: string[] = [];
  const unchecked: HelperNumber[] = [];
  const streams = new Map<HelperNumber, Words>();
  for (const seed of helperNumbers) {
    const [first, second] = openings.filter(({ helper }) => helper !== seed);
    const [told, again] = [first?.streams.get(seed), second?.streams.get(seed)];
    if (!first || !told) throw helpersSilent(`${where}: nobody has opened the sum of seed ${seed}`);
    streams.set(seed, told);
    if (!second || !again) {
      unchecked.push(seed);
      continue;
    }
    const at = firstDifference(told, again);
    if (at !== undefined) pairs.push(`${first.helper} and ${second.helper} (seed ${seed}, integer ${at})`);
  }
  if (pairs.length > 0) {
    throw helpersDisagree(
      `${where}: helpers tell different sums of the same seeds: ${pairs.join("; ")}. One of each pair has not opened what the ` +
        "clients have sealed: nothing was made of it",
    );
  }
  const [one, two, three] = helperNumbers.map((seed) => streams.get(seed) ?? new Uint32Array(0));
  return { streams: { 1: one as Words, 2: two as Words, 3: three as Words }, unchecked };
}
