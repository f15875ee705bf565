import type { Case } from "./case.ts";
import type { Contender } from "./contender.ts";

export interface Measurement {
  readonly contender: string;
  /** Median over the timed epochs. */
  readonly milliseconds: number;
  /** Mean loss of the last epoch: near everyone else's, or the work was not the same. */
  readonly loss: number;
}

/**
 * The contenders take turns, epoch by epoch, so that whatever else the machine does hits all of them alike. The
 * first epoch of each warms caches and compilers up and is not counted.
 * @param runs timed epochs of each contender; slow ones run five
 */
export async function measure(
  one: Case,
  contenders: readonly Contender[],
  runs: number,
): Promise<Measurement[]> {
  const entries = [];
  for (const contender of contenders) {
    const epochs = await contender.open(one);
    await epochs.next();
    entries.push({ contender, epochs, times: [] as number[], loss: Number.NaN });
  }
  for (let run = 0; run < runs; run++) {
    for (const entry of entries) {
      if (entry.contender.slow && run >= 5) continue;
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
