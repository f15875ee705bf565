/**
 * The dense path of the first layer. A batch is packed in groups of four examples, feature by feature:
 * packed[group][feature][example]. The forward pass reads four examples of one feature from it, the gradient four
 * features of one example, both at constant distances from one address.
 */
import { addRounded, generalStep, plainStep, rateOf, waiting } from "./step";

const BYTES: i32 = 0;
const FLOATS: i32 = 1;

/** Four features from the given address on; bytes stand for value / 255, correctly rounded. */
// @ts-ignore: decorator
@inline
function read(kind: i32, address: usize): v128 {
  if (kind == FLOATS) return v128.load(address);
  const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load_zero<u32>(address)));
  return f32x4.div(f32x4.convert_i32x4_u(words), f32x4.splat(255));
}

/**
 * One example's features into its lane of a group. Up to three more features than there are are read from x and
 * written to packed, which has one group's features in steps of 16 bytes, starting at the example's lane.
 */
// @ts-ignore: decorator
@inline
function packRow(kind: i32, x: usize, features: i32, packed: usize): void {
  const size: usize = kind == FLOATS ? 16 : 4;
  for (let f = 0; f < features; f += 4) {
    const four = read(kind, x);
    v128.store_lane<f32>(packed, four, 0);
    v128.store_lane<f32>(packed, four, 1, 16);
    v128.store_lane<f32>(packed, four, 2, 32);
    v128.store_lane<f32>(packed, four, 3, 48);
    x += size;
    packed += 64;
  }
}

/**
 * The examples x with the given row numbers into groups of depth features, depth a multiple of four beyond features.
 * The feature after the last is the bias's, which is always one; what is left over, features and examples, is zero.
 */
// @ts-ignore: decorator
@inline
function pack(kind: i32, rows: usize, count: i32, x: usize, features: i32, packed: usize, depth: i32): void {
  const pitch = <usize>features << (kind == FLOATS ? 2 : 0);
  const groupBytes = <usize>depth << 4;
  const bias = <usize>features << 4;
  // asked for at once, the scattered lines of the batch arrive sooner; the sum keeps the reads from being left out
  let sum: u32 = 0;
  for (let r = 0; r < count; ++r) {
    const row = x + <usize>load<u32>(rows + (<usize>r << 2)) * pitch;
    for (let line: usize = 0; line < pitch; line += 64) sum += <u32>load<u8>(row + line);
  }
  store<u32>(packed, sum);
  for (let r = 0; r < (count + 3 & ~3); ++r) {
    const lane = packed + <usize>(r >> 2) * groupBytes + (<usize>(r & 3) << 2);
    let zero: usize = 0;
    if (r < count) {
      packRow(kind, x + <usize>load<u32>(rows + (<usize>r << 2)) * pitch, features, lane);
      store<f32>(lane + bias, 1);
      zero = bias + 16;
    }
    for (; zero < groupBytes; zero += 16) store<f32>(lane + zero, 0);
  }
}

export function packBytes(rows: usize, count: i32, x: usize, features: i32, packed: usize, depth: i32): void {
  pack(BYTES, rows, count, x, features, packed, depth);
}

export function packFloats(rows: usize, count: i32, x: usize, features: i32, packed: usize, depth: i32): void {
  pack(FLOATS, rows, count, x, features, packed, depth);
}

/** target[4 examples, 4 width outputs] = packed x weights, for every group. */
// @ts-ignore: decorator
@inline
function forward(
  width: i32, packed: usize, groups: i32, depth: i32, weights: usize, target: usize, stride: usize,
): void {
  for (let g = 0; g < groups; ++g) {
    let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0;
    let from = weights;
    const end = packed + (<usize>depth << 4);
    for (; packed < end; packed += 16, from += stride) {
      const w0 = v128.load(from);
      const a = v128.load_splat<f32>(packed);
      const b = v128.load_splat<f32>(packed, 4);
      const c = v128.load_splat<f32>(packed, 8);
      const d = v128.load_splat<f32>(packed, 12);
      a0 = f32x4.add(a0, f32x4.mul(a, w0));
      b0 = f32x4.add(b0, f32x4.mul(b, w0));
      c0 = f32x4.add(c0, f32x4.mul(c, w0));
      d0 = f32x4.add(d0, f32x4.mul(d, w0));
      if (width > 1) {
        const w1 = v128.load(from, 16);
        a1 = f32x4.add(a1, f32x4.mul(a, w1));
        b1 = f32x4.add(b1, f32x4.mul(b, w1));
        c1 = f32x4.add(c1, f32x4.mul(c, w1));
        d1 = f32x4.add(d1, f32x4.mul(d, w1));
      }
    }
    v128.store(target, a0);
    v128.store(target + stride, b0);
    v128.store(target + 2 * stride, c0);
    v128.store(target + 3 * stride, d0);
    if (width > 1) {
      v128.store(target, a1, 16);
      v128.store(target + stride, b1, 16);
      v128.store(target + 2 * stride, c1, 16);
      v128.store(target + 3 * stride, d1, 16);
    }
    target += 4 * stride;
  }
}

/** target = packed x weights: 4 groups examples x stride / 4 outputs, with depth features each. */
export function multiplyPacked(
  packed: usize, groups: i32, depth: i32, weights: usize, target: usize, stride: usize,
): void {
  let column: usize = 0;
  for (; column + 32 <= stride; column += 32)
    forward(2, packed, groups, depth, weights + column, target + column, stride);
  if (column < stride) forward(1, packed, groups, depth, weights + column, target + column, stride);
}

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

/**
 * gradient[4 features, 4 width outputs] = sum over the examples of packed x delta, for the four features at
 * packed.
 */
// @ts-ignore: decorator
@inline
function gradient(
  width: i32, kind: i32, packed: usize, groups: i32, groupBytes: usize, delta: usize, target: usize, stride: usize,
  rate: v128,
): void {
  let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0;
  for (let g = 0; g < groups; ++g) {
    const next = packed + 16;
    for (; packed < next; packed += 4, delta += stride) {
      const w0 = v128.load(delta);
      const a = v128.load_splat<f32>(packed);
      const b = v128.load_splat<f32>(packed, 16);
      const c = v128.load_splat<f32>(packed, 32);
      const d = v128.load_splat<f32>(packed, 48);
      a0 = f32x4.add(a0, f32x4.mul(a, w0));
      b0 = f32x4.add(b0, f32x4.mul(b, w0));
      c0 = f32x4.add(c0, f32x4.mul(c, w0));
      d0 = f32x4.add(d0, f32x4.mul(d, w0));
      if (width > 1) {
        const w1 = v128.load(delta, 16);
        a1 = f32x4.add(a1, f32x4.mul(a, w1));
        b1 = f32x4.add(b1, f32x4.mul(b, w1));
        c1 = f32x4.add(c1, f32x4.mul(c, w1));
        d1 = f32x4.add(d1, f32x4.mul(d, w1));
      }
    }
    packed += groupBytes - 16;
  }
  finish(kind, rate, target, a0);
  finish(kind, rate, target + stride, b0);
  finish(kind, rate, target + 2 * stride, c0);
  finish(kind, rate, target + 3 * stride, d0);
  if (width > 1) {
    finish(kind, rate, target + 16, a1);
    finish(kind, rate, target + stride + 16, b1);
    finish(kind, rate, target + 2 * stride + 16, c1);
    finish(kind, rate, target + 3 * stride + 16, d1);
  }
}

/** Four features after the other, and of each all outputs. */
// @ts-ignore: decorator
@inline
function stepPacked(
  kind: i32, packed: usize, groups: i32, depth: i32, delta: usize, weights: usize, stride: usize, record: usize,
): void {
  const groupBytes = <usize>depth << 4;
  const rate = rateOf(record);
  for (const end = packed + groupBytes; packed < end; packed += 64, weights += 4 * stride) {
    const target = kind == STORE ? waiting(record) : weights;
    let column: usize = 0;
    for (; column + 32 <= stride; column += 32)
      gradient(2, kind, packed, groups, groupBytes, delta + column, target + column, stride, rate);
    if (column < stride)
      gradient(1, kind, packed, groups, groupBytes, delta + column, target + column, stride, rate);
    if (kind == STORE) generalStep(weights, 4 * stride, record);
  }
}

export function plainStepPacked(
  packed: usize, groups: i32, depth: i32, delta: usize, weights: usize, stride: usize, record: usize,
): void {
  stepPacked(STEP, packed, groups, depth, delta, weights, stride, record);
}

/** sums += round(the gradient of the packed examples, in units) */
export function addRoundedPacked(
  packed: usize, groups: i32, depth: i32, delta: usize, sums: usize, stride: usize, record: usize,
): void {
  stepPacked(SUM, packed, groups, depth, delta, sums, stride, record);
}

export function generalStepPacked(
  packed: usize, groups: i32, depth: i32, delta: usize, weights: usize, stride: usize, record: usize,
): void {
  stepPacked(STORE, packed, groups, depth, delta, weights, stride, record);
}
