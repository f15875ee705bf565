import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { findLeaks, leaksText } from "../../../owner/leaks/find-leaks.ts";
import type { SearchedTable } from "../../../owner/leaks/pieces.ts";
import type { Agreement } from "../../../shared/owners/agreement.ts";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { readBySchema } from "../../../tables/read-by-schema.ts";
import { readCells } from "../../../tables/read-cells.ts";
import { agreementOf } from "../../shared/owners/agreed.ts";
import { newSigner } from "../../shared/owners/keys.ts";
import { folder } from "../homes.ts";

const csv = [
  "patient,age,crp,outcome",
  ...Array.from(
    { length: 30 },
    (_, row) => `HN-${7_110_000 + 13 * row},${40 + row}.5,${(1200.37 + 11.01 * row).toFixed(2)},${row % 2}`,
  ),
  // what the agreement names as a range's end, and what ten rows share
  "HN-9999999,99.5,123456,1",
  ...Array.from({ length: 12 }, (_, row) => `HN-${8_110_000 + 13 * row},33.5,77777.7,0`),
].join("\n");
const scaling = { mean: [55, 1500], deviation: [12, 345] };
/** Of the fifth row. */
const cell = 1244.41;
const scaled = [(44.5 - 55) / 12, (Math.fround(cell) - 1500) / 345];

let table: SearchedTable;
let agreed: Agreement;

beforeAll(async () => {
  const base = agreementOf(await Promise.all([newSigner(), newSigner(), newSigner()]));
  const columns = base.schema.columns.map((one) =>
    one.name === "crp" ? { ...one, range: [1, 123_456] as const } : one,
  );
  agreed = { ...base, schema: { ...base.schema, columns } } as Agreement;
  const named = { label: "clinic.csv", bytes: Buffer.from(csv) };
  table = {
    owner: "north",
    cells: await readCells(named),
    examples: await readBySchema(named, agreed.schema),
  };
});

const floats = (values: readonly number[], width: 4 | 8, little: boolean) => {
  const view = new DataView(new ArrayBuffer(values.length * width));
  for (const [at, value] of values.entries()) {
    if (width === 4) view.setFloat32(4 * at, value, little);
    else view.setFloat64(8 * at, value, little);
  }
  return Buffer.from(view.buffer);
};
const text = (value: string) => Buffer.from(value);
const ofCell: [string, Buffer][] = [
  ["an id", text("HN-7110052")],
  ["a cell", text(cell.toFixed(2))],
  ["a cell at a sentence's end", text(`it was ${cell.toFixed(2)}.`)],
  ["a cell as float32 is written in JSON", text(`[${Math.fround(cell)}]`)],
  ["a scaled cell in JSON", text(`{"x":${Math.fround(scaled[1] ?? 0)}}`)],
  ["float64, little-endian", floats([cell], 8, true)],
  ["float64, big-endian", floats([cell], 8, false)],
];
const ofRow: [string, Buffer][] = [
  ["a line of the file", text(`HN-7110052,44.5,${cell.toFixed(2)},0`)],
  ["a row as float32, little-endian", floats([44.5, cell], 4, true)],
  ["a row as float32, big-endian", floats([44.5, cell], 4, false)],
  ["a row as float64, little-endian", floats([44.5, cell], 8, true)],
  ["a row as float64, big-endian", floats([44.5, cell], 8, false)],
  ["a scaled row, little-endian", floats(scaled, 4, true)],
  ["a scaled row, big-endian", floats(scaled, 4, false)],
];
const single: [string, Buffer][] = [
  ["float32, little-endian", floats([cell], 4, true)],
  ["float32, big-endian", floats([cell], 4, false)],
];

/** What lies at a coordinator's, without anybody's data. */
const innocent: Record<string, Buffer> = {
  "s3/fedstep-objects/runs/r/config.json": text(
    JSON.stringify({ lowest: 123_456, at: "2026-11-29T12:00:00Z", sum: 38_211.04 }),
  ),
  "s3/fedstep-objects/runs/r/global/00001.safetensors": Buffer.from(
    encodeSafetensors([
      {
        name: "w",
        shape: [4096],
        data: Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i * 12.9898) * 0.3),
      },
    ]),
  ),
  "executions/r.history.json": text(
    `{"sha256":"${"ab711005299f".repeat(5)}","shared":77777.7,"longer":97110052123}`,
  ),
  "logs/fedstep-TrainClient/a.log": text("START RequestId: 711005-ab\nREPORT Duration: 1244.4 ms\n"),
};

function laidOut(more: Record<string, Buffer> = {}): string {
  const place = folder();
  for (const [name, bytes] of Object.entries({ ...innocent, ...more })) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), bytes);
  }
  return place;
}

const search = (place: string) =>
  findLeaks({ tables: [table], agreed, scaling, folders: [place], except: ["assemblies"] });

test("what holds nobody's rows, but what was agreed to be told, raises no alarm", async () => {
  const place = laidOut({ "assemblies/code.js": text("HN-7110052") });
  const found = await search(place);
  expect(found).toMatchObject({ files: 4, rows: 43, leaks: [] });
  expect(found.needles).toBeGreaterThan(300);
  expect(leaksText(found)).toMatch(/no piece of any owner's row is there$/);
});

const places = Object.keys(innocent);
const base64 = ([name, bytes]: [string, Buffer]): [string, Buffer][] =>
  [0, 1, 2].map((before) => [
    `${name}, in base64 behind ${before} bytes`,
    text(`"${Buffer.concat([Buffer.alloc(before, 7), bytes, Buffer.alloc(5, 9)]).toString("base64")}"`),
  ]);

describe.each(places)("planted in %s", (name) => {
  test.each([...ofCell, ...ofRow, ...(name.endsWith(".log") ? [...ofCell, ...ofRow].flatMap(base64) : [])])(
    "%s is found",
    async (_, planted) => {
      const before = innocent[name] ?? Buffer.alloc(0);
      const bytes = Buffer.concat([before, text("\n"), planted, text("\n")]);
      const { leaks } = await search(laidOut({ [name]: bytes }));
      expect(leaks.length).toBeGreaterThan(0);
      for (const leak of leaks)
        expect(leak).toMatchObject({ owner: "north", row: 5, file: expect.stringContaining(name) });
      expect(leaks.some(({ offset }) => offset !== null && Math.abs(offset - before.length) < 16)).toBe(true);
    },
  );
});

describe("a single float32 value", () => {
  test.each(single)("is found where no model is: %s", async (_, planted) => {
    for (const name of places.filter((one) => !one.endsWith(".safetensors"))) {
      const { leaks } = await search(
        laidOut({ [name]: Buffer.concat([innocent[name] ?? Buffer.alloc(0), planted]) }),
      );
      expect(leaks).toMatchObject([{ row: 5, column: "crp" }]);
    }
    const whole = text(JSON.stringify({ x: planted.toString("base64") }));
    expect((await search(laidOut({ "logs/b.log": whole }))).leaks).toMatchObject([{ row: 5, column: "crp" }]);
  });

  test("is found among a model's elements", async () => {
    const data = Float32Array.from({ length: 4096 }, (_, i) => (i === 77 ? cell : Math.sin(i) * 0.3));
    const bytes = Buffer.from(encodeSafetensors([{ name: "w", shape: [4096], data }]));
    const { leaks } = await search(laidOut({ "s3/w.safetensors": bytes }));
    expect(leaks).toMatchObject([{ row: 5, column: "crp", form: "float32, little-endian" }]);
    expect(bytes.readFloatLE(leaks[0]?.offset ?? 0)).toBe(Math.fround(cell));
  });
});

test("a cell that is a feature's mean, which every model holds, is found in other forms than float32", async () => {
  const rounded = { mean: [55, cell], deviation: [12, 345] };
  const found = async (bytes: Buffer) => {
    const folders = [laidOut({ "s3/models/weights.bin": bytes })];
    return (await findLeaks({ tables: [table], agreed, scaling: rounded, folders, except: [] })).leaks;
  };
  expect(await found(floats([cell], 4, true))).toEqual([]);
  expect(await found(floats([cell], 8, true))).toMatchObject([{ row: 5, column: "crp" }]);
  expect(await found(floats([44.5, cell], 4, true))).toMatchObject([{ row: 5 }]);
});

test("a leak is found across pieces of a large file, once, and in a file's name", async () => {
  const [, row] = ofRow[0] ?? ["", text("")];
  for (const before of [2 ** 22 - 11, 2 ** 22, 2 ** 23 - 4]) {
    const bytes = Buffer.concat([Buffer.alloc(before, 0x20), row, Buffer.alloc(2 ** 20, 0x20)]);
    const { leaks } = await search(laidOut({ "logs/large.log": bytes }));
    expect(leaks.filter(({ column }) => column === undefined)).toMatchObject([{ offset: before }]);
  }
  const { leaks } = await search(laidOut({ "logs/HN-7110052.log": text("") }));
  expect(leaks).toMatchObject([{ offset: null, column: "patient", row: 5 }]);
});

test("what is said of a leak names the place, and not the cell", async () => {
  const place = laidOut({ "logs/b.log": text("x HN-7110052 y") });
  const said = leaksText(await search(place));
  expect(said).toMatch(/logs\/b\.log at 2: north, row 5, patient HN\*+, as text/);
  expect(said).not.toContain("7110052");
  expect(readFileSync(join(place, "logs/b.log"), "utf8")).toContain("7110052");
});
