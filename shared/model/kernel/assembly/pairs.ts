/**
 * The first layer over compressed examples, two neighbouring features at a time. Where a pixel is inked its
 * neighbour mostly is too (on MNIST 1.7 of 2), and what bounds a sum of rows is loading them: both features share
 * an index, and in the gradient a row of delta. Where only one of them is there a zero is multiplied, which changes
 * no bit.
 *
 * Rows are spans as in rows.ts; an entry is (index: u32, value of the first: f32, value of the second: f32).
 */

/**
 * target[r, 0 ... 4 width) = sum over the entries of row r of first x weights[2 pair] + second x weights[2 pair + 1].
 * Why it is divided into basic blocks is explained in rows.ts; two with one condition would become one again.
 */
// @ts-ignore: decorator
@inline
function products(
  width: i32, spans: usize, rows: i32, weights: usize, target: usize, stride: usize,
): void {
  const end = spans + (<usize>rows << 3);
  for (; spans < end; spans += 8, target += stride) {
    const last = load<usize>(spans, 4);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (let entry = load<usize>(spans); entry < last; entry += 12) {
      const from = weights + <usize>load<u32>(entry) * (2 * stride);
      const next = from + stride;
      const x = v128.load_splat<f32>(entry, 4);
      const y = v128.load_splat<f32>(entry, 8);
      if (width < 3 || stride != 0) {
        s0 = f32x4.add(s0, f32x4.mul(x, v128.load(from)));
        if (width > 1) s1 = f32x4.add(s1, f32x4.mul(x, v128.load(from, 16)));
        if (width > 2) s2 = f32x4.add(s2, f32x4.mul(x, v128.load(from, 32)));
        if (width > 3) s3 = f32x4.add(s3, f32x4.mul(x, v128.load(from, 48)));
      }
      if (width > 4) {
        if (last != 0) {
          s4 = f32x4.add(s4, f32x4.mul(x, v128.load(from, 64)));
          if (width > 5) s5 = f32x4.add(s5, f32x4.mul(x, v128.load(from, 80)));
          if (width > 6) s6 = f32x4.add(s6, f32x4.mul(x, v128.load(from, 96)));
          if (width > 7) s7 = f32x4.add(s7, f32x4.mul(x, v128.load(from, 112)));
        }
      }
      if (width < 5 || weights != 0) {
        s0 = f32x4.add(s0, f32x4.mul(y, v128.load(next)));
        if (width > 1) s1 = f32x4.add(s1, f32x4.mul(y, v128.load(next, 16)));
        if (width > 2) s2 = f32x4.add(s2, f32x4.mul(y, v128.load(next, 32)));
        if (width > 3) s3 = f32x4.add(s3, f32x4.mul(y, v128.load(next, 48)));
      }
      if (width > 4) s4 = f32x4.add(s4, f32x4.mul(y, v128.load(next, 64)));
      if (width > 5) s5 = f32x4.add(s5, f32x4.mul(y, v128.load(next, 80)));
      if (width > 6) s6 = f32x4.add(s6, f32x4.mul(y, v128.load(next, 96)));
      if (width > 7) s7 = f32x4.add(s7, f32x4.mul(y, v128.load(next, 112)));
    }
    v128.store(target, s0);
    if (width > 1) v128.store(target, s1, 16);
    if (width > 2) v128.store(target, s2, 32);
    if (width > 3) v128.store(target, s3, 48);
    if (width > 4) v128.store(target, s4, 64);
    if (width > 5) v128.store(target, s5, 80);
    if (width > 6) v128.store(target, s6, 96);
    if (width > 7) v128.store(target, s7, 112);
  }
}

/** target = rows of pairs x weights. */
export function multiplyPairs(spans: usize, rows: i32, weights: usize, target: usize, stride: usize): void {
  let left = <i32>(stride >> 4);
  for (; left >= 8; left -= 8, weights += 128, target += 128) products(8, spans, rows, weights, target, stride);
  switch (left) {
    case 7: products(7, spans, rows, weights, target, stride); break;
    case 6: products(6, spans, rows, weights, target, stride); break;
    case 5: products(5, spans, rows, weights, target, stride); break;
    case 4: products(4, spans, rows, weights, target, stride); break;
    case 3: products(3, spans, rows, weights, target, stride); break;
    case 2: products(2, spans, rows, weights, target, stride); break;
    case 1: products(1, spans, rows, weights, target, stride); break;
  }
}

/**
 * Rows of pairs by pair: a counting sort, which expand has counted for, that keeps the order of the rows.
 */
export function transposePairs(spans: usize, rows: i32, pairSpans: usize, pairs: i32, entries: usize): void {
  const pairsEnd = pairSpans + (<usize>pairs << 3);
  for (let span = pairSpans; span < pairsEnd; span += 8) {
    const bytes = load<usize>(span, 4);
    store<u64>(span, <u64>entries << 32 | entries);
    entries += bytes;
  }
  // the end of a pair's span moves on from its start, entry by entry
  for (let r = 0; r < rows; ++r, spans += 8) {
    const last = load<usize>(spans, 4);
    for (let entry = load<usize>(spans); entry < last; entry += 12) {
      const span = pairSpans + (<usize>load<u32>(entry) << 3);
      const target = load<usize>(span, 4);
      store<i32>(target, r);
      store<u64>(target, load<u64>(entry, 4), 4);
      store<usize>(span, target + 12, 4);
    }
  }
}
