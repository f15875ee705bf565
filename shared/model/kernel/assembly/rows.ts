/**
 * Compressed rows times a dense matrix. A row is a span (start: u32, end: u32) of addresses, and between them stand
 * its entries (index: u32, value: f32). Every product of the sparse path is one of these: activations times
 * weights in the forward pass, and (transposed) activations times deltas in the gradient.
 */
import { addRounded, generalStep, plainStep, rateOf, waiting } from "./step";

/** What becomes of a sum: it is written; or it is a gradient, and its row of weights takes a plain step, or it is added in whole units. */
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
 * target[r, 0 ... 4 width) = sum over the entries of row r of value x matrix[index, 0 ... 4 width), in the order
 * of the entries. width and kind are constants at every call, and what they rule out is not compiled.
 *
 * The sums stay in registers. V8 moves the loads of a basic block to its start, where eight of them and eight sums
 * would not fit into the sixteen registers of x86 and one sum would travel through memory; the condition, always
 * true, makes two blocks of one.
 */
// @ts-ignore: decorator
@inline
function columns(
  width: i32, kind: i32, spans: usize, rows: i32, matrix: usize, target: usize, stride: usize, record: usize,
): void {
  const rate = kind == STORE ? f32x4.splat(0) : rateOf(record);
  const end = spans + (<usize>rows << 3);
  for (; spans < end; spans += 8, target += stride) {
    let entry = load<usize>(spans);
    const last = load<usize>(spans, 4);
    // without entries the gradient is zero, and a plain step changes nothing
    if (kind != STORE && entry == last) continue;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (; entry < last; entry += 8) {
      const from = matrix + <usize>load<u32>(entry) * stride;
      const x = v128.load_splat<f32>(entry, 4);
      if (width < 5 || stride != 0) {
        s0 = f32x4.add(s0, f32x4.mul(x, v128.load(from)));
        if (width > 1) s1 = f32x4.add(s1, f32x4.mul(x, v128.load(from, 16)));
        if (width > 2) s2 = f32x4.add(s2, f32x4.mul(x, v128.load(from, 32)));
        if (width > 3) s3 = f32x4.add(s3, f32x4.mul(x, v128.load(from, 48)));
      }
      if (width > 4) s4 = f32x4.add(s4, f32x4.mul(x, v128.load(from, 64)));
      if (width > 5) s5 = f32x4.add(s5, f32x4.mul(x, v128.load(from, 80)));
      if (width > 6) s6 = f32x4.add(s6, f32x4.mul(x, v128.load(from, 96)));
      if (width > 7) s7 = f32x4.add(s7, f32x4.mul(x, v128.load(from, 112)));
    }
    finish(kind, rate, target, s0);
    if (width > 1) finish(kind, rate, target + 16, s1);
    if (width > 2) finish(kind, rate, target + 32, s2);
    if (width > 3) finish(kind, rate, target + 48, s3);
    if (width > 4) finish(kind, rate, target + 64, s4);
    if (width > 5) finish(kind, rate, target + 80, s5);
    if (width > 6) finish(kind, rate, target + 96, s6);
    if (width > 7) finish(kind, rate, target + 112, s7);
  }
}

/** All columns, eight vectors at a time: the part of the matrix that is in use stays close to the core. */
// @ts-ignore: decorator
@inline
function product(kind: i32, spans: usize, rows: i32, matrix: usize, target: usize, stride: usize, record: usize): void {
  let left = <i32>(stride >> 4);
  for (; left >= 8; left -= 8, matrix += 128, target += 128)
    columns(8, kind, spans, rows, matrix, target, stride, record);
  switch (left) {
    case 7: columns(7, kind, spans, rows, matrix, target, stride, record); break;
    case 6: columns(6, kind, spans, rows, matrix, target, stride, record); break;
    case 5: columns(5, kind, spans, rows, matrix, target, stride, record); break;
    case 4: columns(4, kind, spans, rows, matrix, target, stride, record); break;
    case 3: columns(3, kind, spans, rows, matrix, target, stride, record); break;
    case 2: columns(2, kind, spans, rows, matrix, target, stride, record); break;
    case 1: columns(1, kind, spans, rows, matrix, target, stride, record); break;
  }
}

/** target = rows x matrix. A row of matrix and target is stride bytes, a multiple of 16. */
export function multiplyRows(spans: usize, rows: i32, matrix: usize, target: usize, stride: usize): void {
  product(STORE, spans, rows, matrix, target, stride, 0);
}

/** weights take a plain step against the gradient rows x matrix. */
export function plainStepRows(
  spans: usize, rows: i32, matrix: usize, weights: usize, stride: usize, record: usize,
): void {
  product(STEP, spans, rows, matrix, weights, stride, record);
}

/** sums += round(the gradient rows x matrix, in units) */
export function addRoundedRows(
  spans: usize, rows: i32, matrix: usize, sums: usize, stride: usize, record: usize,
): void {
  product(SUM, spans, rows, matrix, sums, stride, record);
}

/** weights take a general step against the gradient rows x matrix; a row without entries has the gradient zero. */
export function generalStepRows(
  spans: usize, rows: i32, matrix: usize, weights: usize, stride: usize, record: usize,
): void {
  for (let r = 0; r < rows; ++r, spans += 8, weights += stride) {
    multiplyRows(spans, 1, matrix, waiting(record), stride);
    generalStep(weights, stride, record);
  }
}
