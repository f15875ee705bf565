/**
 * The step of the first layer: the gradient of two neighbouring features' weights from one pass over the examples
 * that have either. Rows and entries are those of transposePairs.
 */
import { addRounded, generalStep, plainStep, rateOf, waiting } from "./step";

/** What becomes of a gradient: it waits, its weights take a plain step, or it is added to a sum in whole units. */
const STORE: i32 = 0;
const STEP: i32 = 1;
const SUM: i32 = 2;

// @ts-ignore: decorator
@inline
function finish(kind: i32, rate: v128, target: usize, sum: v128): void {
  if (kind == STORE) v128.store(target, sum);
  else if (kind == STEP) plainStep(rate, target, sum);
  else addRounded(rate, target, sum);
}

/** The gradients of 4 width weights of both features of each pair. */
// @ts-ignore: decorator
@inline
function columns(
  width: i32, kind: i32, spans: usize, pairs: i32, delta: usize, target: usize, stride: usize, rate: v128,
): void {
  const end = spans + (<usize>pairs << 3);
  for (; spans < end; spans += 8, target += 2 * stride) {
    let entry = load<usize>(spans);
    const last = load<usize>(spans, 4);
    if (kind != STORE && entry == last) continue;
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    for (; entry < last; entry += 12) {
      const from = delta + <usize>load<u32>(entry) * stride;
      const x = v128.load_splat<f32>(entry, 4);
      const y = v128.load_splat<f32>(entry, 8);
      const d0 = v128.load(from);
      a0 = f32x4.add(a0, f32x4.mul(x, d0));
      b0 = f32x4.add(b0, f32x4.mul(y, d0));
      if (width > 1) {
        const d1 = v128.load(from, 16);
        a1 = f32x4.add(a1, f32x4.mul(x, d1));
        b1 = f32x4.add(b1, f32x4.mul(y, d1));
      }
      if (width > 2) {
        const d2 = v128.load(from, 32);
        a2 = f32x4.add(a2, f32x4.mul(x, d2));
        b2 = f32x4.add(b2, f32x4.mul(y, d2));
      }
      if (width > 3) {
        const d3 = v128.load(from, 48);
        a3 = f32x4.add(a3, f32x4.mul(x, d3));
        b3 = f32x4.add(b3, f32x4.mul(y, d3));
      }
    }
    const second = target + stride;
    finish(kind, rate, target, a0);
    finish(kind, rate, second, b0);
    if (width > 1) {
      finish(kind, rate, target + 16, a1);
      finish(kind, rate, second + 16, b1);
    }
    if (width > 2) {
      finish(kind, rate, target + 32, a2);
      finish(kind, rate, second + 32, b2);
    }
    if (width > 3) {
      finish(kind, rate, target + 48, a3);
      finish(kind, rate, second + 48, b3);
    }
  }
}

// @ts-ignore: decorator
@inline
function gradients(
  kind: i32, spans: usize, pairs: i32, delta: usize, target: usize, stride: usize, rate: v128,
): void {
  let left = <i32>(stride >> 4);
  for (; left >= 4; left -= 4, delta += 64, target += 64)
    columns(4, kind, spans, pairs, delta, target, stride, rate);
  switch (left) {
    case 3: columns(3, kind, spans, pairs, delta, target, stride, rate); break;
    case 2: columns(2, kind, spans, pairs, delta, target, stride, rate); break;
    case 1: columns(1, kind, spans, pairs, delta, target, stride, rate); break;
  }
}

export function plainStepPairs(
  spans: usize, pairs: i32, delta: usize, weights: usize, stride: usize, record: usize,
): void {
  gradients(STEP, spans, pairs, delta, weights, stride, rateOf(record));
}

/** sums += round(the gradient pairs x delta, in units) */
export function addRoundedPairs(
  spans: usize, pairs: i32, delta: usize, sums: usize, stride: usize, record: usize,
): void {
  gradients(SUM, spans, pairs, delta, sums, stride, rateOf(record));
}

export function generalStepPairs(
  spans: usize, pairs: i32, delta: usize, weights: usize, stride: usize, record: usize,
): void {
  for (let p = 0; p < pairs; ++p, spans += 8, weights += 2 * stride) {
    gradients(STORE, spans, 1, delta, waiting(record), stride, f32x4.splat(0));
    generalStep(weights, 2 * stride, record);
  }
}
