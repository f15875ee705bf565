/** Norms of examples' gradients, and what shortens them. A row belongs to an example; rows are whole vectors. */

/** The sum of a row's squares, in float64. */
// @ts-ignore: decorator
@inline
function squares(row: usize, stride: usize, rectified: bool): f64 {
  let low = f64x2.splat(0), high = low;
  for (const end = row + stride; row < end; row += 16) {
    let four = v128.load(row);
    // not a number stays one
    if (rectified) four = f32x4.max(four, f32x4.splat(0));
    const first = f64x2.promote_low_f32x4(four);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** target[r] = 1 + |max(0, z[r])|^2: what enters the layer above, with the bias's one. */
export function squaredActivations(z: usize, rows: i32, stride: usize, target: usize): void {
  for (let r = 0; r < rows; ++r, z += stride, target += 8) store<f64>(target, 1 + squares(z, stride, true));
}

/** target[r] = 1 + |a[r]|^2, of values as they are. */
export function squaredValues(a: usize, rows: i32, stride: usize, target: usize): void {
  for (let r = 0; r < rows; ++r, a += stride, target += 8) store<f64>(target, 1 + squares(a, stride, false));
}

/** norms[r] += entering[r] |delta[r]|^2: an outer product's squared norm. */
export function addSquaredNorms(delta: usize, rows: i32, stride: usize, entering: usize, norms: usize): void {
  for (let r = 0; r < rows; ++r, delta += stride, entering += 8, norms += 8) {
    store<f64>(norms, load<f64>(norms) + load<f64>(entering) * squares(delta, stride, false));
  }
}

/**
 * delta[r] = shares[r] delta[r]. What would be less than a normal float32 becomes zero: rounded to the few bits that it has
 * it could become more than its share of a large input.
 */
export function scaleRows(delta: usize, rows: i32, stride: usize, shares: usize): void {
  const smallest = f32x4.splat(1.17549435e-38);
  for (let r = 0; r < rows; ++r, shares += 4) {
    const share = v128.load_splat<f32>(shares);
    for (const end = delta + stride; delta < end; delta += 16) {
      const scaled = f32x4.mul(v128.load(delta), share);
      v128.store(delta, v128.andnot(scaled, f32x4.lt(f32x4.abs(scaled), smallest)));
    }
  }
}
