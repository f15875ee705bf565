/** What enters a layer from the one below: forward compressed rows, backward the deltas of those that were kept. */

const RECTIFY: i32 = 0;
const ALL: i32 = 1;

/**
 * Values as compressed rows: lines of `length` values each, `along` bytes from value to value and `across` bytes from
 * line to line; of z those of max(0, z), or all. Not a number counts as active, so that it reaches the loss instead of
 * vanishing.
 * @returns where the entries end
 */
// @ts-ignore: decorator
@inline
function compress(
  kind: i32, z: usize, lines: i32, length: i32, across: usize, along: usize, one: bool, spans: usize, entries: usize,
): usize {
  for (let line = 0; line < lines; ++line, z += across, spans += 8) {
    store<usize>(spans, entries);
    for (let i = 0, from = z; i < length; ++i, from += along) {
      const value = load<f32>(from);
      // written always and kept when active: a branch would be mispredicted every other time
      store<i32>(entries, i);
      store<f32>(entries, value, 4);
      entries += kind == ALL ? 8 : <usize>!(value <= 0) << 3;
    }
    if (one) {
      store<i32>(entries, length);
      store<f32>(entries, 1, 4);
      entries += 8;
    }
    store<usize>(spans, entries, 4);
  }
  return entries;
}

/** max(0, z) by rows over columns + 1 inputs: the last one is the bias's, which is always one. */
export function rectifyRows(z: usize, rows: i32, columns: i32, stride: usize, spans: usize, entries: usize): void {
  compress(RECTIFY, z, rows, columns, stride, 4, true, spans, entries);
}

/** The same of every value as it is. */
export function denseRows(a: usize, rows: i32, columns: i32, stride: usize, spans: usize, entries: usize): void {
  compress(ALL, a, rows, columns, stride, 4, true, spans, entries);
}

// @ts-ignore: decorator
@inline
function transposed(
  kind: i32, z: usize, rows: i32, columns: i32, stride: usize, spans: usize, entries: usize,
): void {
  entries = compress(kind, z, columns, rows, 4, stride, false, spans, entries);
  spans += <usize>columns << 3;
  store<usize>(spans, entries);
  for (let row = 0; row < rows; ++row, entries += 8) {
    store<i32>(entries, row);
    store<f32>(entries, 1, 4);
  }
  store<usize>(spans, entries, 4);
}

/** The same, transposed: columns + 1 compressed rows over the rows of z. */
export function rectifyColumns(z: usize, rows: i32, columns: i32, stride: usize, spans: usize, entries: usize): void {
  transposed(RECTIFY, z, rows, columns, stride, spans, entries);
}

export function denseColumns(a: usize, rows: i32, columns: i32, stride: usize, spans: usize, entries: usize): void {
  transposed(ALL, a, rows, columns, stride, spans, entries);
}

/** The four sums of four vectors' lanes, each (lane 0 + lane 2) + (lane 1 + lane 3). */
// @ts-ignore: decorator
@inline
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/**
 * delta of the layer below: target[r, i] = sum over o of weights[i, o] x delta[r, o] where input i was active in
 * row r, zero elsewhere. Four inputs at a time, so that four chains of sums are under way. The entry of the bias,
 * the last of each row, has nothing below it. narrow: a row is three vectors, kept in registers; 0 for any width.
 */
// @ts-ignore: decorator
@inline
function propagate(
  narrow: i32, spans: usize, rows: i32, weights: usize, stride: usize, delta: usize, target: usize,
  targetStride: usize,
): void {
  memory.fill(target, 0, <usize>rows * targetStride);
  for (let r = 0; r < rows; ++r) {
    let entry = load<usize>(spans);
    const last = load<usize>(spans, 4) - 8;
    let d0 = f32x4.splat(0), d1 = d0, d2 = d0;
    if (narrow) {
      d0 = v128.load(delta);
      d1 = v128.load(delta, 16);
      d2 = v128.load(delta, 32);
    }
    for (; entry < last; entry += 32) {
      // past the end an entry repeats the first of the four
      const i0 = load<u32>(entry);
      const i1 = entry + 8 < last ? load<u32>(entry, 8) : i0;
      const i2 = entry + 16 < last ? load<u32>(entry, 16) : i0;
      const i3 = entry + 24 < last ? load<u32>(entry, 24) : i0;
      const w0 = weights + <usize>i0 * stride;
      const w1 = weights + <usize>i1 * stride;
      const w2 = weights + <usize>i2 * stride;
      const w3 = weights + <usize>i3 * stride;
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      if (narrow) {
        s0 = dot3(d0, d1, d2, w0);
        s1 = dot3(d0, d1, d2, w1);
        s2 = dot3(d0, d1, d2, w2);
        s3 = dot3(d0, d1, d2, w3);
      } else for (let o: usize = 0; o < stride; o += 16) {
        const d = v128.load(delta + o);
        s0 = f32x4.add(s0, f32x4.mul(d, v128.load(w0 + o)));
        s1 = f32x4.add(s1, f32x4.mul(d, v128.load(w1 + o)));
        s2 = f32x4.add(s2, f32x4.mul(d, v128.load(w2 + o)));
        s3 = f32x4.add(s3, f32x4.mul(d, v128.load(w3 + o)));
      }
      const sums = laneSums(s0, s1, s2, s3);
      v128.store_lane<f32>(target + (i1 << 2), sums, 1);
      v128.store_lane<f32>(target + (i2 << 2), sums, 2);
      v128.store_lane<f32>(target + (i3 << 2), sums, 3);
      v128.store_lane<f32>(target + (i0 << 2), sums, 0);
    }
    spans += 8;
    delta += stride;
    target += targetStride;
  }
}

// @ts-ignore: decorator
@inline
function dot3(d0: v128, d1: v128, d2: v128, w: usize): v128 {
  const first = f32x4.add(f32x4.mul(d0, v128.load(w)), f32x4.mul(d1, v128.load(w, 16)));
  return f32x4.add(first, f32x4.mul(d2, v128.load(w, 32)));
}

export function propagateRows(
  spans: usize, rows: i32, weights: usize, stride: usize, delta: usize, target: usize, targetStride: usize,
): void {
  // nine to twelve classes: the last layer of most classifiers
  if (stride == 48) propagate(1, spans, rows, weights, 48, delta, target, targetStride);
  else propagate(0, spans, rows, weights, stride, delta, target, targetStride);
}
