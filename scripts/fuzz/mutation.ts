import fc from "fast-check";

/** One change to a file: what broken disks, wrong programs and ill will make of one that was good. */
type Edit = (bytes: Uint8Array) => Uint8Array;

// unbiased: otherwise most changes would be made at the very beginning
const share = fc.noBias(fc.integer({ min: 0, max: 2 ** 24 - 1 })).map((n) => n / 2 ** 24);
const at = (bytes: Uint8Array, where: number) => Math.floor(where * (bytes.length + 1));

/** Where up to 63 bytes in a row begin and end. */
const stretches = fc.tuple(share, share).map(([from, length]) => (bytes: Uint8Array) => {
  const start = at(bytes, from);
  return { start, end: Math.min(bytes.length, start + Math.floor(length * 64)) };
});

/** Numbers that lengths and counts are wrong by. */
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(share, fc.nat(255)).map(
    ([where, value]): Edit =>
      (bytes) => {
        const changed = Uint8Array.from(bytes);
        changed[Math.floor(where * bytes.length)] = value;
        return changed;
      },
  ),
  fc.tuple(share, fc.constantFrom(...extremes), fc.boolean()).map(
    ([where, value, little]): Edit =>
      (bytes) => {
        if (bytes.length < 4) return bytes;
        const changed = Uint8Array.from(bytes);
        new DataView(changed.buffer).setUint32(Math.floor(where * (bytes.length - 3)), value, little);
        return changed;
      },
  ),
  share.map(
    (where): Edit =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
  fc.tuple(share, fc.uint8Array({ maxLength: 40 })).map(
    ([where, more]): Edit =>
      (bytes) => {
        const place = at(bytes, where);
        return Uint8Array.from([...bytes.subarray(0, place), ...more, ...bytes.subarray(place)]);
      },
  ),
  // a stretch is missing, or stands there twice
  stretches.map(
    (stretch): Edit =>
      (bytes) => {
        const { start, end } = stretch(bytes);
        return Uint8Array.from([...bytes.subarray(0, start), ...bytes.subarray(end)]);
      },
  ),
  stretches.map(
    (stretch): Edit =>
      (bytes) => {
        const { start, end } = stretch(bytes);
        return Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(start)]);
      },
  ),
);

/** A few changes to good bytes, none of them, or bytes that were never good. */
export function brokenBytes(good: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const edited = fc
    .tuple(good, fc.array(edits, { minLength: 1, maxLength: 3 }))
    .map(([bytes, some]) => some.reduce((changed, edit) => edit(changed), bytes));
  return fc.oneof(
    { weight: 8, arbitrary: edited },
    { weight: 1, arbitrary: good },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
}

/** A text with a number, or a word, in place of one that it has, or with changes to its bytes. */
export function brokenText(good: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const encode = (text: string) => new TextEncoder().encode(text);
  return fc.oneof(
    swapped(good, /-?\d[\d.]*/g, numbers).map(encode),
    swapped(good, /[A-Za-z_]\w*/g, words).map(encode),
    brokenBytes(good.map(encode)),
  );
}

function swapped(good: fc.Arbitrary<string>, kind: RegExp, others: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(good, fc.noBias(fc.nat()), fc.constantFrom(...others)).map(([text, which, other]) => {
    const tokens = [...text.matchAll(kind)];
    const token = tokens[which % Math.max(1, tokens.length)];
    if (token === undefined) return other;
    return text.slice(0, token.index) + other + text.slice(token.index + token[0].length);
  });
}

const numbers = [
  "0",
  "-1",
  "1e999",
  "NaN",
  "2147483648",
  "4294967296",
  "999999999999999",
  "9007199254740993",
  "1.5",
];
const words = [
  "",
  "__proto__",
  "constructor",
  "null",
  "true",
  '"',
  ",",
  "{",
  "}",
  "\u0000",
  "\ud800",
  "[".repeat(5000),
];

/** JSON with a part of it replaced, taken away or added to. */
export function brokenJson(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(good, fc.array(fc.tuple(fc.noBias(fc.nat()), fc.nat(3), strange), { maxLength: 4 }))
    .map(([value, changes]) =>
      changes.reduce((changed: unknown, [which, how, other]) => replaced(changed, which, how, other), value),
    );
}

const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`) as unknown;
/** Made anew each time: a later change may be made within it. */
const makers: readonly (() => unknown)[] = [
  ...[null, -1, 0, 0.5, 1e308, -1e308, 2 ** 53, 1e15, "", "1", "x".repeat(2000)].map((one) => () => one),
  () => [],
  () => ({}),
  () => [[]],
  () => deep(100),
  () => deep(20_000),
  () => JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":1}}') as unknown,
];
const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(...makers).map((make) => make()),
);

/** The which-th place of a value, counted in depth, replaced, removed, wrapped, or given one key more. */
function replaced(value: unknown, which: number, how: number, other: unknown): unknown {
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const copy: unknown = structuredCloneOrSame({ root: value });
  const visit = (node: unknown, depth: number): void => {
    if (typeof node !== "object" || node === null || depth > 12) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit((node as Record<string, unknown>)[key], depth + 1);
    }
  };
  visit(copy, 0);
  const [holder, key] = places[which % Math.max(1, places.length)] ?? [{}, ""];
  if (how === 0) holder[key] = other;
  else if (how === 1) delete holder[key];
  else if (how === 2) holder[key] = [holder[key], other];
  else holder[`${key}x`] = other;
  return (copy as { root?: unknown }).root;
}

function structuredCloneOrSame(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}
