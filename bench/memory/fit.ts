import { wholeCpuMb } from "../../cloud/cost/speed.ts";

/** A duration as shared/cost/speed.ts has it: waiting, which no memory shortens, and work, which one whole vCPU does in so long. */
export interface Fit {
  readonly waitingMs: number;
  readonly workMs: number;
  /** The most by which a measurement differs from it, as a share of the measurement. */
  readonly deviation: number;
}

/** The fit with the least squares of what it is off by, as shares of what was measured. */
export function fitDurations(measured: readonly { readonly memoryMb: number; readonly ms: number }[]): Fit {
  // ms = waiting + work x, every equation divided by its ms
  const equations = measured.map(({ memoryMb, ms }) => {
    const x = Math.max(1, wholeCpuMb / memoryMb);
    return { one: 1 / ms, x: x / ms };
  });
  const sum = (value: (equation: { one: number; x: number }) => number) =>
    equations.reduce((all, equation) => all + value(equation), 0);
  const [aa, ab, bb] = [sum(({ one }) => one * one), sum(({ one, x }) => one * x), sum(({ x }) => x * x)];
  const [a, b] = [sum(({ one }) => one), sum(({ x }) => x)];
  // nobody waits for less than no time: without waiting, what is left is a fit of the work alone
  const free = (a * bb - b * ab) / (aa * bb - ab * ab);
  const waitingMs = Math.max(0, free);
  const workMs = free > 0 ? (aa * b - ab * a) / (aa * bb - ab * ab) : b / bb;
  const off = equations.map(({ one, x }) => Math.abs(waitingMs * one + workMs * x - 1));
  return { waitingMs, workMs, deviation: Math.max(...off) };
}
