/** Softmax and cross-entropy, with an exponential and a logarithm of its own: the same bits on every machine. */
import { exp } from "./exponential";

/** ln x for finite x >= 1. Cephes' logf: x = 2^e m with m in [sqrt 1/2, sqrt 2), a polynomial in m - 1. */
function ln(x: f32): f32 {
  if (x != x) return x;
  let e = <i32>(reinterpret<u32>(x) >> 23) - 126;
  let m = reinterpret<f32>((reinterpret<u32>(x) & 0x007fffff) | 0x3f000000);
  if (m < <f32>0.707106781186547524) {
    e -= 1;
    m += m;
  }
  m -= 1;
  const z = m * m;
  let p: f32 = 7.0376836292e-2;
  p = p * m - <f32>1.1514610310e-1;
  p = p * m + <f32>1.1676998740e-1;
  p = p * m - <f32>1.2420140846e-1;
  p = p * m + <f32>1.4249322787e-1;
  p = p * m - <f32>1.6668057665e-1;
  p = p * m + <f32>2.0000714765e-1;
  p = p * m - <f32>2.4999993993e-1;
  p = p * m + <f32>3.3333331174e-1;
  const n = <f32>e;
  return m + (m * z * p + n * <f32>-2.12194440e-4 - <f32>0.5 * z) + n * <f32>0.693359375;
}

// @ts-ignore: decorator
@inline
function largestLane(v: v128): f32 {
  const pairs = f32x4.pmax(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

// @ts-ignore: decorator
@inline
function laneSum(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/**
 * For each row with logits z and label y, which stands in labels at the row's number: p = softmax(z), delta = scale (p - onehot(y)), and the sum of
 * -ln p[y] = ln(sum of exp(z - max)) + max - z[y] is returned. Padding columns count as -infinity, so that their
 * deltas are zero.
 */
export function crossEntropy(
  logits: usize, count: i32, classes: i32, stride: usize, rows: usize, labels: usize, delta: usize, scale: f32,
): f64 {
  const tail = stride - 16;
  /** Lanes of the last vector that are classes. */
  const real = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(classes - <i32>(tail >> 2)));
  const never = f32x4.splat(-Infinity);
  let lossSum: f64 = 0;
  for (let r = 0; r < count; ++r) {
    const last = v128.bitselect(v128.load(logits + tail), never, real);
    let maxima = last;
    for (let c: usize = 0; c < tail; c += 16) maxima = f32x4.pmax(maxima, v128.load(logits + c));
    const max = largestLane(maxima);
    const shift = f32x4.splat(max);
    const lastExp = exp(f32x4.sub(last, shift));
    let sums = lastExp;
    for (let c: usize = 0; c < tail; c += 16) {
      const e = exp(f32x4.sub(v128.load(logits + c), shift));
      v128.store(delta + c, e);
      sums = f32x4.add(sums, e);
    }
    const sum = laneSum(sums);
    const factor = f32x4.splat(scale / sum);
    for (let c: usize = 0; c < tail; c += 16) v128.store(delta + c, f32x4.mul(v128.load(delta + c), factor));
    v128.store(delta + tail, f32x4.mul(lastExp, factor));
    const y = <usize>load<u32>(labels + (load<u32>(rows) << 2)) << 2;
    store<f32>(delta + y, load<f32>(delta + y) - scale);
    lossSum += <f64>(ln(sum) + (max - load<f32>(logits + y)));
    logits += stride;
    delta += stride;
    rows += 4;
  }
  return lossSum;
}

/** confusion[label, class of the largest logit] += 1 for each row; the first class of equals. */
export function countPredictions(
  logits: usize, count: i32, classes: i32, stride: usize, rows: usize, labels: usize, confusion: usize,
): void {
  for (let r = 0; r < count; ++r) {
    let best: usize = 0;
    for (let c: usize = 4; c < <usize>classes << 2; c += 4) {
      if (load<f32>(logits + c) > load<f32>(logits + best)) best = c;
    }
    const y = load<u32>(labels + (load<u32>(rows) << 2));
    const cell = confusion + (<usize>(y * classes) << 2) + best;
    store<u32>(cell, load<u32>(cell) + 1);
    logits += stride;
    rows += 4;
  }
}
