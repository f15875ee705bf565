import type { Case } from "./case.ts";
import type { Contender } from "./contender.ts";

export interface Measurement {
  readonly contender: string;
  /** Median over the timed epochs. */
  readonly milliseconds: number;
  /** Mean loss of the last epoch: near everyone else's after as many, or the work was not the same. */
  readonly loss: number;
}

/**
 * The contenders take turns, so that whatever else the machine does hits all of them alike. A turn is two epochs, of
 * which the second is timed: the first brings back what the others' turns have driven out of the caches. Slow ones
 * run five turns, the others as many as asked for.
 */
export async function measure(
  one: Case,
  contenders: readonly Contender[],
  turns: number,
): Promise<Measurement[]> {
  const entries = [];
  for (const contender of contenders) {
    entries.push({ contender, epochs: await contender.open(one), times: [] as number[], loss: Number.NaN });
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const entry of entries) {
      if (entry.contender.slow && turn >= 5) continue;
      await entry.epochs.next();
      const { milliseconds, loss } = await entry.epochs.next();
      entry.times.push(milliseconds);
      entry.loss = loss;
    }
  }
  return entries.map(({ contender, times, loss }) => ({
    contender: contender.name,
    milliseconds: median(times),
    loss,
  }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? Number.NaN)) / 2;
}
