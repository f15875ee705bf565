/** The hyperbolic tangent between two layers: forward in place of z, backward by its slope 1 - a^2. */
import { exp } from "./exponential";

/**
 * tanh x, odd and never beyond 1, within 1.5 units of the last place. Below 0.625 in size Cephes' polynomial (S. Moshier,
 * tanhf), x + x^3 P(x^2); above it 1 - 2 e / (1 + e) with e = exp(-2 |x|). Not a number stays one.
 */
// @ts-ignore: decorator
@inline
function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const e = exp(f32x4.mul(size, f32x4.splat(-2)));
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.add(e, e), f32x4.add(f32x4.splat(1), e)));
  const square = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(-3.33332819422e-1));
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(p, square), x));
  const signed = v128.or(far, v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.625)));
}

/** z = tanh z; a row is stride bytes, a multiple of 16. */
export function tanhRows(z: usize, rows: i32, stride: usize): void {
  for (const end = z + <usize>rows * stride; z < end; z += 16) v128.store(z, tanh(v128.load(z)));
}

/** delta = delta (1 - a^2), with a = tanh z. */
export function tanhSlopeRows(a: usize, rows: i32, stride: usize, delta: usize): void {
  const one = f32x4.splat(1);
  for (const end = a + <usize>rows * stride; a < end; a += 16, delta += 16) {
    const value = v128.load(a);
    v128.store(delta, f32x4.mul(v128.load(delta), f32x4.sub(one, f32x4.mul(value, value))));
  }
}
