/**
 * Decimal numbers as CSV writes them, told apart exactly: as float64, 9007199254740992 and 9007199254740993 are one
 * number, and so are 1e400 and 1e500. Neither hexadecimal nor with separators, which Number takes or misreads. Each digit
 * has one place in the pattern: where two runs of digits could share them, a long field would be tried at every way to
 * share.
 */
const decimal = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?$/i;

/** sign x digits x 10^exponent, the digits without zeros at either end; 0 has none. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: bigint;
}

export function isDecimal(text: string): boolean {
  return decimal.test(text);
}

/** undefined where the text is no decimal number. */
function parse(text: string): Decimal | undefined {
  const found = decimal.exec(text);
  if (!found) return undefined;
  const [, sign, whole = "", point, alone, power = "0"] = found;
  const fraction = point ?? alone ?? "";
  const leading = withoutLeadingZeros(whole + fraction);
  const digits = withoutTrailingZeros(leading);
  if (digits === "") return { negative: false, digits, exponent: 0n };
  const exponent = BigInt(power) - BigInt(fraction.length) + BigInt(leading.length - digits.length);
  return { negative: sign === "-", digits, exponent };
}

/** One spelling of each number: that of JavaScript where it is exact, else digits and an exponent; undefined for others. */
export function canonicalDecimal(text: string): string | undefined {
  const value = parse(text);
  if (!value) return undefined;
  const usual = String(Number(text));
  const back = parse(usual);
  if (back && compare(value, back) === 0) return value.digits === "" ? "0" : usual;
  const { negative, digits, exponent } = value;
  const short = exponent >= 0n && exponent <= 20n;
  return `${negative ? "-" : ""}${digits}${short ? "0".repeat(Number(exponent)) : `e${exponent}`}`;
}

/** Whether a text is a whole number, however it is written. */
export function isWhole(text: string): boolean {
  const value = parse(text);
  return value !== undefined && value.exponent >= 0n;
}

/** By value; both are decimals. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) throw new RangeError(`${JSON.stringify(left ? b : a)} is not a decimal number`);
  return compare(left, right);
}

function compare(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  return a.negative ? compareMagnitudes(b, a) : compareMagnitudes(a, b);
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.digits === "" || b.digits === "") return Math.sign(a.digits.length - b.digits.length);
  const [left, right] = [a.exponent + BigInt(a.digits.length), b.exponent + BigInt(b.digits.length)];
  if (left !== right) return left < right ? -1 : 1;
  // of two fractions the longer one is the larger where the shorter is its beginning, as texts are compared
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
}

function withoutLeadingZeros(digits: string): string {
  let from = 0;
  while (digits[from] === "0") from++;
  return digits.slice(from);
}

function withoutTrailingZeros(digits: string): string {
  let to = digits.length;
  while (digits[to - 1] === "0") to--;
  return digits.slice(0, to);
}
