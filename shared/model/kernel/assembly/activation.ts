/** The rectifier between two layers: forward it yields compressed rows, backward it says which deltas exist. */

/**
 * max(0, z) as compressed rows over columns + 1 inputs: the last one is the bias's, which is always one.
 * Not a number counts as active, so that it reaches the loss instead of vanishing.
 */
export function rectifyRows(z: usize, rows: i32, columns: i32, stride: usize, starts: usize, entries: usize): void {
  let cursor = entries;
  store<usize>(starts, cursor);
  for (let r = 0; r < rows; ++r) {
    for (let c = 0; c < columns; ++c) {
      const value = load<f32>(z + (<usize>c << 2));
      // written always and kept when active: a branch would be mispredicted every other time
      store<i32>(cursor, c);
      store<f32>(cursor, value, 4);
      cursor += <usize>!(value <= 0) << 3;
    }
    store<i32>(cursor, columns);
    store<f32>(cursor, 1, 4);
    cursor += 8;
    starts += 4;
    store<usize>(starts, cursor);
    z += stride;
  }
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
 * the last of each row, has nothing below it.
 */
export function propagateRows(
  starts: usize, rows: i32, weights: usize, stride: usize, delta: usize, target: usize, targetStride: usize,
): void {
  memory.fill(target, 0, <usize>rows * targetStride);
  for (let r = 0; r < rows; ++r) {
    let entry = load<usize>(starts);
    const last = load<usize>(starts, 4) - 8;
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
      for (let o: usize = 0; o < stride; o += 16) {
        const d = v128.load(delta + o);
        s0 = f32x4.add(s0, f32x4.mul(d, v128.load(w0 + o)));
        s1 = f32x4.add(s1, f32x4.mul(d, v128.load(w1 + o)));
        s2 = f32x4.add(s2, f32x4.mul(d, v128.load(w2 + o)));
        s3 = f32x4.add(s3, f32x4.mul(d, v128.load(w3 + o)));
      }
      const sums = laneSums(s0, s1, s2, s3);
      store<f32>(target + (i1 << 2), f32x4.extract_lane(sums, 1));
      store<f32>(target + (i2 << 2), f32x4.extract_lane(sums, 2));
      store<f32>(target + (i3 << 2), f32x4.extract_lane(sums, 3));
      store<f32>(target + (i0 << 2), f32x4.extract_lane(sums, 0));
    }
    starts += 4;
    delta += stride;
    target += targetStride;
  }
}
