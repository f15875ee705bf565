/**
 * Compressed rows times a dense matrix. A row is a span of entries (index: u32, value: f32), its end is the next
 * row's start, and starts are addresses. Every product of the sparse path is one of these: activations times
 * weights in the forward pass, and (transposed) activations times deltas in the gradient.
 */
import { GENERAL, PLAIN, step } from "./step";

/** What becomes of a sum: it is written, or it is a gradient and its row of weights takes a step. */
const STORE: i32 = -1;

// @ts-ignore: decorator
@inline
function finish(kind: i32, record: usize, target: usize, sum: v128): void {
  if (kind == STORE) v128.store(target, sum);
  else step(kind, record, target, sum);
}

/**
 * target[r, 0 ... 4 width) = sum over the entries of row r of value x matrix[index, 0 ... 4 width), in the order
 * of the entries. The sums stay in registers: with one vector for the value and one for the product, eight of them
 * fit into the sixteen that x86 has. width and kind are constants at every call, and what they rule out is
 * not compiled.
 */
// @ts-ignore: decorator
@inline
function block(
  width: i32, kind: i32, starts: usize, rows: i32, matrix: usize, target: usize, stride: usize, record: usize,
): void {
  const end = starts + (<usize>rows << 2);
  for (; starts < end; starts += 4, target += stride) {
    let entry = load<usize>(starts);
    const last = load<usize>(starts, 4);
    // without entries the gradient is zero, and a plain step changes nothing
    if (kind == PLAIN && entry == last) continue;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (; entry < last; entry += 8) {
      const from = matrix + <usize>load<u32>(entry) * stride;
      const x = v128.load_splat<f32>(entry, 4);
      s0 = f32x4.add(s0, f32x4.mul(x, v128.load(from)));
      if (width > 1) s1 = f32x4.add(s1, f32x4.mul(x, v128.load(from, 16)));
      if (width > 2) s2 = f32x4.add(s2, f32x4.mul(x, v128.load(from, 32)));
      if (width > 3) s3 = f32x4.add(s3, f32x4.mul(x, v128.load(from, 48)));
      if (width > 4) s4 = f32x4.add(s4, f32x4.mul(x, v128.load(from, 64)));
      if (width > 5) s5 = f32x4.add(s5, f32x4.mul(x, v128.load(from, 80)));
      if (width > 6) s6 = f32x4.add(s6, f32x4.mul(x, v128.load(from, 96)));
      if (width > 7) s7 = f32x4.add(s7, f32x4.mul(x, v128.load(from, 112)));
    }
    finish(kind, record, target, s0);
    if (width > 1) finish(kind, record, target + 16, s1);
    if (width > 2) finish(kind, record, target + 32, s2);
    if (width > 3) finish(kind, record, target + 48, s3);
    if (width > 4) finish(kind, record, target + 64, s4);
    if (width > 5) finish(kind, record, target + 80, s5);
    if (width > 6) finish(kind, record, target + 96, s6);
    if (width > 7) finish(kind, record, target + 112, s7);
  }
}

/** All columns, eight vectors at a time: the part of the matrix that a block reads stays close to the core. */
// @ts-ignore: decorator
@inline
function blocks(kind: i32, starts: usize, rows: i32, matrix: usize, target: usize, stride: usize, record: usize): void {
  let left = <i32>(stride >> 4);
  for (; left >= 8; left -= 8, matrix += 128, target += 128)
    block(8, kind, starts, rows, matrix, target, stride, record);
  switch (left) {
    case 7: block(7, kind, starts, rows, matrix, target, stride, record); break;
    case 6: block(6, kind, starts, rows, matrix, target, stride, record); break;
    case 5: block(5, kind, starts, rows, matrix, target, stride, record); break;
    case 4: block(4, kind, starts, rows, matrix, target, stride, record); break;
    case 3: block(3, kind, starts, rows, matrix, target, stride, record); break;
    case 2: block(2, kind, starts, rows, matrix, target, stride, record); break;
    case 1: block(1, kind, starts, rows, matrix, target, stride, record); break;
  }
}

/** target = rows x matrix. A row of matrix and target is stride bytes, a multiple of 16. */
export function multiplyRows(starts: usize, rows: i32, matrix: usize, target: usize, stride: usize): void {
  blocks(STORE, starts, rows, matrix, target, stride, 0);
}

/** weights take a plain step against the gradient rows x matrix. */
export function plainStepRows(
  starts: usize, rows: i32, matrix: usize, weights: usize, stride: usize, record: usize,
): void {
  blocks(PLAIN, starts, rows, matrix, weights, stride, record);
}

/** weights take a step with momentum, decay, anchor and correction against the gradient rows x matrix. */
export function generalStepRows(
  starts: usize, rows: i32, matrix: usize, weights: usize, stride: usize, record: usize,
): void {
  blocks(GENERAL, starts, rows, matrix, weights, stride, record);
}

/**
 * The columns of compressed rows as compressed rows: a counting sort that keeps the order of the rows. starts has
 * columns + 2 words, of which the first columns + 1 hold the result.
 */
export function transposeRows(from: usize, rows: i32, columns: i32, starts: usize, entries: usize): void {
  memory.fill(starts, 0, (<usize>columns + 2) << 2);
  const first = load<usize>(from);
  const last = load<usize>(from + (<usize>rows << 2));
  // entries of column c are counted, in bytes, two words further on ...
  for (let entry = first; entry < last; entry += 8) {
    const counter = starts + (load<u32>(entry) << 2);
    store<usize>(counter, load<usize>(counter, 8) + 8, 8);
  }
  // ... so that after the sums word c + 1 is where column c starts ...
  let sum = entries;
  for (let c = 0; c <= columns; ++c) {
    const counter = starts + (<usize>c << 2);
    sum += load<usize>(counter, 4);
    store<usize>(counter, sum, 4);
  }
  store<usize>(starts, entries);
  // ... and once column c is filled where it ends, which is where column c + 1 starts
  for (let r = 0; r < rows; ++r) {
    const rowEnd = load<usize>(from, 4);
    for (let entry = load<usize>(from); entry < rowEnd; entry += 8) {
      const cursor = starts + (load<u32>(entry) << 2);
      const target = load<usize>(cursor, 4);
      store<i32>(target, r);
      store<f32>(target, load<f32>(entry, 4), 4);
      store<usize>(cursor, target + 8, 4);
    }
    from += 4;
  }
}
