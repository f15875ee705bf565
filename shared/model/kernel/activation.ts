import type { ActivationName } from "../mlp/dense-layers.ts";
import type { Primitives } from "./primitives.ts";

/** What stands between two layers, by the kernel's primitives. */
export interface KernelActivation {
  /** In place of z, before it is taken as rows; where it is left out, z stays. */
  readonly apply?: Primitives["tanhRows"];
  /** What enters the next layer, as compressed rows with the bias's one, and transposed. */
  readonly rows: Primitives["rectifyRows"];
  readonly columns: Primitives["rectifyColumns"];
  /** Multiplies propagated deltas by its slope; left out where what the rows leave out has none and all else 1. */
  readonly slope?: Primitives["tanhSlopeRows"];
  /** 1 + the squared norm of what enters the next layer. */
  readonly squares: Primitives["squaredActivations"];
}

export const kernelActivations: Readonly<
  Record<ActivationName, (primitives: Primitives) => KernelActivation>
> = {
  relu: ({ rectifyRows, rectifyColumns, squaredActivations }) => ({
    rows: rectifyRows,
    columns: rectifyColumns,
    squares: squaredActivations,
  }),
  tanh: ({ tanhRows, denseRows, denseColumns, tanhSlopeRows, squaredValues }) => ({
    apply: tanhRows,
    rows: denseRows,
    columns: denseColumns,
    slope: tanhSlopeRows,
    squares: squaredValues,
  }),
};
