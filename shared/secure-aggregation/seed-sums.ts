import type { Plan } from "../workflow/plan-record.ts";
import type { InSum } from "./minimum.ts";
import { addStream, type HelperNumber, seedsOf } from "./seeds.ts";
import { UpdateIntegers } from "./update-integers.ts";
import { type Words, zeros } from "./words.ts";

/** A client whose box was opened, with the seeds that the helper knows of it. */
export interface OpenedClient extends InSum {
  readonly seeds: ReadonlyMap<HelperNumber, Uint8Array>;
}

/**
 * For each seed that a helper knows, the sum of the streams over the clients.
 * @param ended why no further round trains; null where this one does
 */
export function seedSums(
  plan: Pick<Plan, "config" | "model" | "dataset">,
  ended: string | null,
  helper: HelperNumber,
  clients: readonly OpenedClient[],
): Map<HelperNumber, Words> {
  const integers = new UpdateIntegers(plan);
  const length = integers.length(ended === null ? "train" : "evaluate");
  const sums = new Map(seedsOf(helper).map((seed) => [seed, zeros(length)]));
  for (const { task, seeds } of clients) {
    const words = 2 * integers.length(task);
    for (const [seed, sum] of sums) addStream(sum, seeds.get(seed) ?? new Uint8Array(0), words);
  }
  return sums;
}
