import { kernelBase64 } from "./kernel.generated.ts";

/** Where something stands in the kernel's memory, in bytes. */
export type Address = number;

/** The WebAssembly kernel's exports; what each one computes is written beside its code in assembly/. */
export interface Primitives {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  firstFree(): Address;

  /** target = rows x matrix; a row of matrix and target is stride bytes. */
  multiplyRows(spans: Address, rows: number, matrix: Address, target: Address, stride: number): void;
  /** weights step against the gradient rows x matrix. */
  plainStepRows: StepRows;
  generalStepRows: StepRows;
  /** Sums in whole units, of 32 bits each, take the gradient rows x matrix. */
  addRoundedRows: StepRows;
  /** Examples at rest as rows of pairs of features, counted for transposePairs. */
  expandBytes: Expand;
  expandFloats: Expand;
  /** target = rows of pairs x weights. */
  multiplyPairs(spans: Address, rows: number, weights: Address, target: Address, stride: number): void;
  transposePairs(spans: Address, rows: number, pairSpans: Address, pairs: number, entries: Address): void;
  /** weights step against the gradient pairs x delta, two rows of weights per pair. */
  plainStepPairs: StepRows;
  generalStepPairs: StepRows;
  /** Sums in whole units take the gradient pairs x delta. */
  addRoundedPairs: StepRows;

  /** v = momentum v + scale sums; weights = weights - rate v; sums = 0. @param velocity 0 for none */
  descend(
    weights: Address,
    sums: Address,
    velocity: Address,
    bytes: number,
    scale: number,
    momentum: number,
    rate: number,
  ): void;

  packBytes: Pack;
  packFloats: Pack;
  /** target = packed x weights, for groups of four examples. */
  multiplyPacked(
    packed: Address,
    groups: number,
    depth: number,
    weights: Address,
    target: Address,
    stride: number,
  ): void;
  plainStepPacked: StepPacked;
  generalStepPacked: StepPacked;
  /** Sums in whole units take the gradient of the packed examples. */
  addRoundedPacked: StepPacked;

  /** max(0, z) as compressed rows, the bias's one included; by rows, and transposed. */
  rectifyRows: CompressRows;
  rectifyColumns: CompressRows;
  /** The same of every value as it is. */
  denseRows: CompressRows;
  denseColumns: CompressRows;
  /** z = tanh z */
  tanhRows(z: Address, rows: number, stride: number): void;
  /** delta = delta (1 - a^2), with a = tanh z. */
  tanhSlopeRows(a: Address, rows: number, stride: number, delta: Address): void;
  /** The deltas of the layer below, where it was active. */
  propagateRows(
    spans: Address,
    rows: number,
    weights: Address,
    stride: number,
    delta: Address,
    target: Address,
    targetStride: number,
  ): void;
  /** target[r] = 1 + |max(0, z[r])|^2, in float64. */
  squaredActivations(z: Address, rows: number, stride: number, target: Address): void;
  /** target[r] = 1 + |a[r]|^2, in float64. */
  squaredValues(a: Address, rows: number, stride: number, target: Address): void;
  /** norms[r] += entering[r] |delta[r]|^2, in float64. */
  addSquaredNorms(delta: Address, rows: number, stride: number, entering: Address, norms: Address): void;
  /** delta[r] = shares[r] delta[r], in float32, and zero where that is less than a normal number. */
  scaleRows(delta: Address, rows: number, stride: number, shares: Address): void;
  /** delta = scale (softmax(logits) - onehot(labels[rows])); returns the sum of the cross-entropies. */
  crossEntropy(
    logits: Address,
    count: number,
    classes: number,
    stride: number,
    rows: Address,
    labels: Address,
    delta: Address,
    scale: number,
  ): number;
  /** confusion[labels[rows], class of the largest logit] += 1 */
  countPredictions(
    logits: Address,
    count: number,
    classes: number,
    stride: number,
    rows: Address,
    labels: Address,
    confusion: Address,
  ): void;
}

type StepRows = (
  spans: Address,
  rows: number,
  matrix: Address,
  weights: Address,
  stride: number,
  record: Address,
) => void;
type StepPacked = (
  packed: Address,
  groups: number,
  depth: number,
  delta: Address,
  weights: Address,
  stride: number,
  record: Address,
) => void;
type Expand = (
  rows: Address,
  count: number,
  starts: Address,
  table: Address,
  spans: Address,
  entries: Address,
  pairSpans: Address,
  pairs: number,
) => void;
type CompressRows = (
  z: Address,
  rows: number,
  columns: number,
  stride: number,
  spans: Address,
  entries: Address,
) => void;
type Pack = (
  rows: Address,
  count: number,
  x: Address,
  features: number,
  packed: Address,
  depth: number,
) => void;

// the part of the global that is used here: lib.dom declares it, but this is not a browser's program
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object): Promise<{ readonly exports: unknown }>;
};

let compiled: Promise<object> | undefined;

/** An instance with a memory of its own; the code is compiled once per process. */
export async function openPrimitives(): Promise<Primitives> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(kernelBase64), (byte) => byte.charCodeAt(0)));
  const { exports } = await WebAssembly.instantiate(await compiled);
  return exports as Primitives;
}
