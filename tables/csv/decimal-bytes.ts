/** Powers of ten that float64 has exactly. */
export const exactPowers: Float64Array = Float64Array.from({ length: 23 }, (_, power) =>
  Number(`1e${power}`),
);
const mostExactPower = 22;
/** Digits of which every integer is a float64. */
export const exactDigits = 15;
/** Digits of a number in two parts, of which the second is below 10^7. */
const mostDigits = 22;
/** Of a sum of two parts, relative to it: far above what the second one is wrong by, far below its own last digit. */
const doubt = 2 ** -97;

/**
 * The number that some bytes are, rounded as Number rounds it, or NaN where they are no decimal (`decimal.ts`) or one
 * that takes more than this: very many digits, or a very large or small exponent.
 * @param point the byte before the fraction
 */
export function decimalOf(bytes: Uint8Array, from: number, to: number, point: number): number {
  let at = from;
  const sign = bytes[at];
  if (sign === 0x2d || sign === 0x2b) at++;
  let high = 0;
  let low = 0;
  let lowDigits = 0;
  let digits = 0;
  let places = 0;
  let scale = 0;
  let behindPoint = false;
  for (; at < to; at++) {
    const byte = bytes[at] as number;
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9) {
      if (byte !== point || behindPoint) break;
      behindPoint = true;
      continue;
    }
    places++;
    if (behindPoint) scale++;
    // zeros before the first digit count for nothing
    if (digits === 0 && digit === 0) continue;
    if (++digits <= exactDigits) high = high * 10 + digit;
    else {
      low = low * 10 + digit;
      lowDigits++;
    }
  }
  if (places === 0 || digits > mostDigits) return Number.NaN;
  const exponent = at === to ? 0 : exponentOf(bytes, at, to);
  const power = exponent - scale;
  // NaN fails here, too
  if (!(power >= -mostExactPower && power <= mostExactPower)) {
    return digits === 0 && !Number.isNaN(exponent) ? signed(0, sign) : Number.NaN;
  }
  if (lowDigits > 0) return signed(inTwoParts(high, low, lowDigits, power), sign);
  const scaled = power < 0 ? high / power10(-power) : high * power10(power);
  return signed(scaled, sign);
}

function signed(value: number, sign: number | undefined): number {
  return sign === 0x2d ? -value : value;
}

function power10(power: number): number {
  return exactPowers[power] as number;
}

/** Of "e-5"; NaN where that is none. */
function exponentOf(bytes: Uint8Array, from: number, to: number): number {
  if (((bytes[from] as number) | 0x20) !== 0x65) return Number.NaN;
  let at = from + 1;
  const sign = bytes[at];
  if (sign === 0x2d || sign === 0x2b) at++;
  if (at === to || to - at > 4) return Number.NaN;
  let value = 0;
  for (; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return sign === 0x2d ? -value : value;
}

/**
 * (high x 10^lowDigits + low) x 10^power, correctly rounded, or NaN where the two parts cannot tell: the exact value is
 * the sum of two floats (Dekker 1971), scaled by an exact power of ten, and rounds to one float64 unless a midpoint
 * between two lies within what its second part may be wrong by.
 */
function inTwoParts(high: number, low: number, lowDigits: number, power: number): number {
  const factor = power10(lowDigits);
  const product = high * factor;
  const productRest = restOfProduct(high, factor, product);
  const sum = product + low;
  const rest = low - (sum - product) + productRest;
  const whole = sum + rest;
  const part = rest - (whole - sum);
  if (power === 0) return whole;
  const scale = power10(Math.abs(power));
  let main: number;
  let correction: number;
  if (power > 0) {
    main = whole * scale;
    correction = restOfProduct(whole, scale, main) + part * scale;
  } else {
    main = whole / scale;
    const back = main * scale;
    correction = (whole - back - restOfProduct(main, scale, back) + part) / scale;
  }
  const error = main * doubt;
  const rounded = main + (correction - error);
  return rounded === main + (correction + error) ? rounded : Number.NaN;
}

/** What a product of two floats lost by rounding, exactly (Veltkamp's splitting). */
function restOfProduct(a: number, b: number, product: number): number {
  const shiftedA = 134_217_729 * a;
  const shiftedB = 134_217_729 * b;
  const highA = shiftedA - (shiftedA - a);
  const highB = shiftedB - (shiftedB - b);
  const lowA = a - highA;
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}
