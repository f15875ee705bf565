/**
 * ln and e^x from additions, multiplications and divisions alone. IEEE 754 rounds those exactly, so that every engine
 * gives the same bits; Math.log, Math.exp and ** may differ from one to the next (ECMA-262 leaves them
 * implementation-approximated), and a partition must not. Both are within one unit in the last place.
 */

/** ln 2 in two parts: the first has 24 bits, so that its products with exponents are exact. */
const ln2High = 0.6931471824645996;
const ln2Low = -1.904654299957768e-9;

const bits = new DataView(new ArrayBuffer(8));

/**
 * x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), and with s = f / (2 + f)
 * ln(1 + f) = 2 artanh(s) = 2s + 2 (s^3/3 + s^5/5 + ...), where 2s = f - s f keeps the leading term exact.
 * @param x positive, normal and finite
 */
export function ln(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  const fraction = high & 0xfffff;
  // from sqrt(2) on, half the mantissa and one more in the exponent
  const up = fraction >= 0x6a09e ? 1 : 0;
  const k = (high >>> 20) - 1023 + up;
  bits.setUint32(0, fraction | ((1023 - up) << 20));
  const f = bits.getFloat64(0) - 1;
  const s = f / (2 + f);
  const z = s * s;
  let series = 0;
  // s^2 is at most 0.0295: the first term left out, z^12 / 25, is below 2^-65
  for (let n = 23; n >= 3; n -= 2) series = (series + 2 / n) * z;
  return k * ln2High - (s * (f - series) - k * ln2Low - f);
}

/**
 * x = k ln 2 + r with |r| <= ln(2) / 2, and e^x = 2^k (1 + r + r^2/2! + ...).
 * @param x at most 709; below -708, where the result would be subnormal, it is 0
 */
export function exp(x: number): number {
  if (x < -708) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * ln2High - k * ln2Low;
  let series = 0;
  // the first term left out, 0.347^15 / 15!, is below 2^-62
  for (let n = 14; n >= 2; n--) series = ((series + 1) * r) / n;
  return (1 + (r + r * series)) * powerOfTwo(k);
}

function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}
