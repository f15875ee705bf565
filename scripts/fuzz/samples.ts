import fc from "fast-check";
import { encodeSafetensors } from "../../shared/tensors/safetensors.ts";

/** Good files of every format, small enough that each part of them is often hit. */

const word = fc.constantFrom("a", "b", "setosa", "x,y", 'say "so"', "ä", "0", "1", "2");
const number = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.constantFrom("0.5", "1e-3", "-.5", "+7"),
);

export const csv: fc.Arbitrary<string> = fc
  .record({ rows: fc.integer({ min: 4, max: 24 }), columns: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.tuple(fc.array(number, { minLength: columns, maxLength: columns }), word), {
      minLength: rows,
      maxLength: rows,
    }),
  )
  .map((rows) => {
    const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const [first] = rows;
    const header = [...(first?.[0] ?? []).map((_, i) => `f${i}`), "label"].join();
    return [header, ...rows.map(([values, label]) => [...values, quoted(label)].join())].join("\n");
  });

/** One for all, so that any two files belong together. */
const idxCount = 4;
const idxTypes = [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e] as const;
const widths: Readonly<Record<number, number>> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };

function idx(type: number, sizes: readonly number[], fill: number): Uint8Array {
  const values = sizes.reduce((product, size) => product * size, widths[type] ?? 1);
  const bytes = new Uint8Array(4 + 4 * sizes.length + values).fill(fill);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (type << 8) | sizes.length);
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size);
  return bytes;
}

export const idxImages: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...idxTypes),
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
    fc.nat(255),
  )
  .map(([type, sizes, fill]) => idx(type, [idxCount, ...sizes], fill));
export const idxLabels: fc.Arbitrary<Uint8Array> = fc
  .constantFrom(0x08, 0x09, 0x0b, 0x0c)
  .map((type) => idx(type, [idxCount], 0));

/** Megabytes of each format, for what reading takes in proportion. */
const largeRows = 40_000;
const largeTable = () => {
  const x = Float32Array.from({ length: 25 * largeRows }, (_, i) => i % 97);
  const y = Int32Array.from({ length: largeRows }, (_, i) => i % 10);
  return { x, y };
};
export const large = {
  csv: () => {
    const { x, y } = largeTable();
    const rows = Array.from(y, (label, i) => [...x.subarray(25 * i, 25 * i + 25), label].join());
    return [[...Array.from({ length: 25 }, (_, i) => `f${i}`), "label"].join(), ...rows].join("\n");
  },
  idx: () => idx(0x08, [5_000, 28, 28], 7),
  idxFloats: () => idx(0x0e, [5_000, 10, 10], 0),
  idxLabels: () => idx(0x08, [5_000], 1),
  table: () => {
    const { x, y } = largeTable();
    return encodeSafetensors(
      [
        { name: "x", shape: [largeRows, 25], data: x },
        { name: "y", shape: [largeRows], data: y },
      ],
      { name: "large", classes: "10", examples: String(largeRows) },
    );
  },
};

/** A data set's object, or an owner's table: x, y and what they are. */
export const table: fc.Arbitrary<Uint8Array> = fc
  .record({
    count: fc.integer({ min: 1, max: 30 }),
    features: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 2, max: 4 }),
    bytes: fc.boolean(),
    names: fc.boolean(),
  })
  .map(({ count, features, classes, bytes, names }) => {
    const x = bytes ? new Uint8Array(count * features).fill(7) : new Float32Array(count * features).fill(0.5);
    const y = Int32Array.from({ length: count }, (_, i) => i % classes);
    return encodeSafetensors(
      [
        { name: "x", shape: [count, features], data: x },
        { name: "y", shape: [count], data: y },
      ],
      {
        name: "fuzzed",
        classes: String(classes),
        examples: String(count),
        ...(names && {
          classNames: JSON.stringify(Array.from({ length: classes }, (_, i) => `class ${i}`)),
          featureNames: JSON.stringify(Array.from({ length: features }, (_, i) => `f${i}`)),
        }),
      },
    );
  });

export const shard: fc.Arbitrary<Uint8Array> = fc.tuple(fc.nat(6), fc.nat(4)).map(([train, test]) =>
  encodeSafetensors([
    { name: "x_train", shape: [train, 3], data: new Uint8Array(3 * train) },
    { name: "y_train", shape: [train], data: new Int32Array(train) },
    { name: "x_test", shape: [test, 3], data: new Uint8Array(3 * test) },
    { name: "y_test", shape: [test], data: new Int32Array(test) },
  ]),
);
