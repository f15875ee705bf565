import type { Examples } from "../../shared/dataset/examples.ts";
import { applyScaling, type Scaling } from "../../shared/dataset/scaling.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { encodedFeatures } from "../../shared/schema/encode.ts";
import type { Cells } from "../../tables/read-cells.ts";
import type { Needle } from "./needle-index.ts";

/** A piece of an owner's table, and the form that it is looked for in. */
export interface Piece {
  readonly owner: string;
  /** From 1, the header left out. */
  readonly row: number;
  /** Undefined of a whole row. */
  readonly column?: string;
  readonly form: string;
  /** As people may see it. */
  readonly masked: string;
}

/** An owner's table, as its file has it and as a model reads it. */
export interface SearchedTable {
  readonly owner: string;
  readonly cells: Cells;
  readonly examples: Examples;
}

/** What is looked for: all but single float32 values, and these. */
export type AddNeedle = (needle: Needle<Piece>, kind: "bytes" | "float32") => void;

/** Characters of a cell of text, and significant digits of a number, that tell of a row by themselves. */
const fewestCharacters = 6;
/** Rows that share a value which tells of none of them: as with the classes that an owner may tell. */
const sharedBy = 10;

/**
 * Adds what a table's rows would look like where they should not be. A cell that the agreement itself names, as a class or the
 * end of a range that its owner has told, is not looked for alone: in its row it is. So a value that is, rounded to float32, a
 * feature's mean or deviation, which all have by what was told and every exported model holds, is not looked for as float32.
 */
export function addPieces(
  table: SearchedTable,
  agreed: Agreement,
  scaling: Scaling | null,
  add: AddNeedle,
): void {
  const { owner, cells, examples } = table;
  const told = namedIn(agreed);
  const fitted = new Set([...(scaling?.mean ?? []), ...(scaling?.deviation ?? [])].map(Math.fround));
  const shared = cells.header.map((_, at) => countsOf(cells.rows.map((row) => row[at] ?? "")));
  const features = encodedFeatures(agreed.schema);
  const scaled = scaling && examples.count > 0 ? applyScaling(examples, scaling).x : undefined;
  for (const [index, row] of cells.rows.entries()) {
    const from = index * features.length;
    const raw = examples.x.slice(from, from + features.length);
    const place = { owner, row: index + 1 };
    for (const [at, text] of row.entries()) {
      if (told.has(text) || told.has(numberText(text)) || (shared[at]?.get(text) ?? 0) >= sharedBy) continue;
      const column = cells.header[at] ?? "";
      const feature = features.indexOf(column);
      const scaledValue = feature < 0 ? undefined : scaled?.[from + feature];
      addCell(text, scaledValue, { ...place, column, masked: masked(text) }, (needle, kind) => {
        if (kind === "bytes" || !fitted.has(Math.fround(Number(text)))) add(needle, kind);
      });
    }
    addRow(row, raw, scaled?.slice(from, from + features.length), { ...place, masked: "a whole row" }, add);
  }
}

type Named = Omit<Piece, "form">;

function addCell(text: string, scaled: number | undefined, piece: Named, add: AddNeedle): void {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) {
    const bytes = Buffer.from(text);
    if (bytes.length >= fewestCharacters) add(needleOf(bytes, "text", piece), "bytes");
    return;
  }
  if (significantDigits(text) < fewestCharacters) return;
  const texts = [
    text,
    String(value),
    String(Math.fround(value)),
    ...(scaled === undefined ? [] : [String(scaled)]),
  ];
  for (const one of texts) {
    if (significantDigits(one) < fewestCharacters) continue;
    add({ ...needleOf(Buffer.from(one), "text", piece), number: true }, "bytes");
  }
  for (const order of ["little", "big"] as const) {
    add(needleOf(floatBytes([value], 8, order), `float64, ${order}-endian`, piece), "bytes");
    add(needleOf(floatBytes([value], 4, order), `float32, ${order}-endian`, piece), "float32");
  }
}

function addRow(
  row: readonly string[],
  raw: ArrayLike<number>,
  scaled: ArrayLike<number> | undefined,
  piece: Named,
  add: AddNeedle,
): void {
  // a row of zeros and ones is everybody's
  const digits = row.reduce(
    (sum, text) => sum + (Number.isFinite(Number(text)) ? significantDigits(text) : text.length),
    0,
  );
  if (digits < fewestCharacters) return;
  const values = Array.from(raw);
  for (const text of [
    row.join(),
    JSON.stringify(row),
    values.join(),
    ...(scaled ? [Array.from(scaled).join()] : []),
  ]) {
    if (text.length >= 2 * fewestCharacters) add(needleOf(Buffer.from(text), "text", piece), "bytes");
  }
  if (values.length < 2) return;
  for (const order of ["little", "big"] as const) {
    add(needleOf(floatBytes(values, 4, order), `float32, ${order}-endian`, piece), "bytes");
    add(needleOf(floatBytes(values, 8, order), `float64, ${order}-endian`, piece), "bytes");
    if (scaled)
      add(
        needleOf(floatBytes(Array.from(scaled), 4, order), `scaled float32, ${order}-endian`, piece),
        "bytes",
      );
  }
}

const needleOf = (bytes: Buffer, form: string, piece: Named): Needle<Piece> => ({
  bytes,
  number: false,
  piece: { ...piece, form },
});

export function floatBytes(values: readonly number[], width: 4 | 8, order: "little" | "big"): Buffer {
  const bytes = Buffer.alloc(values.length * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const [at, value] of values.entries()) {
    if (width === 4) view.setFloat32(at * width, value, order === "little");
    else view.setFloat64(at * width, value, order === "little");
  }
  return bytes;
}

/** Digits without sign, point, exponent and the zeros before the first. */
export function significantDigits(text: string): number {
  const [mantissa = ""] = text.toLowerCase().split("e");
  return mantissa.replace(/\D/g, "").replace(/^0+/, "").length;
}

const numberText = (text: string) => String(Number(text));

/** Every word and number that an agreement is made of, as text. */
function namedIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === "string" || typeof value === "number") found.add(String(value));
  else if (typeof value === "object" && value !== null)
    for (const one of Object.values(value)) namedIn(one, found);
  return found;
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Enough to find the cell by, and not the cell. */
const masked = (text: string) => `${text.slice(0, 2)}${"*".repeat(Math.min(10, text.length - 2))}`;
