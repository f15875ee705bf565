import { expect, test } from "vitest";
import { pldDelta } from "../../../../shared/privacy/accountant/pld.ts";

/**
 * What is seen of an answer that is only told to the nearest cell of the line: less than the answer tells, so that its delta is
 * a lower bound. Of two and three steps it is the plain sum over all pairs and triples of cells.
 */
interface Cell {
  readonly without: number;
  readonly with: number;
}

function cells(q: number, sigma: number, count: number): Cell[] {
  const [from, to] = [-6 * sigma, 1 + 6 * sigma];
  const width = (to - from) / count;
  const normal = (x: number) => Math.exp(-((x / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
  // Simpson's rule in each cell
  const mass = (x: number) => (width / 6) * (normal(x) + 4 * normal(x + width / 2) + normal(x + width));
  return Array.from({ length: count }, (_, i) => {
    const x = from + i * width;
    return { without: mass(x), with: (1 - q) * mass(x) + q * mass(x - 1) };
  });
}

function leastDelta(cells: readonly Cell[], steps: number, epsilon: number): number {
  const factor = Math.exp(epsilon);
  const over = (ours: "with" | "without", theirs: "with" | "without") => {
    const sum = (left: number, p: number, r: number): number => {
      if (left === 0) return Math.max(0, p - factor * r);
      return cells.reduce((all, cell) => all + sum(left - 1, p * cell[ours], r * cell[theirs]), 0);
    };
    return sum(steps, 1, 1);
  };
  return Math.max(over("with", "without"), over("without", "with"));
}

test.each([
  [0.2, 0.5, 2, 1, 600],
  [0.2, 0.5, 3, 1, 90],
  [0.01, 0.7, 2, 0.5, 600],
  [0.5, 2, 2, 0.3, 600],
  [0.9, 1, 2, 2, 600],
  [0.9, 1, 3, 0, 90],
])(
  "q %d, sigma %d, %d steps, epsilon %d: delta is just above that of %d cells",
  (q, sigma, steps, epsilon, count) => {
    const least = leastDelta(cells(q, sigma, count), steps, epsilon);
    const delta = pldDelta([{ q, sigma, steps }], epsilon);
    expect(delta).toBeGreaterThanOrEqual(least * (1 - 1e-6));
    expect(delta / least).toBeLessThan(count > 100 ? 1.002 : 1.05);
  },
);
