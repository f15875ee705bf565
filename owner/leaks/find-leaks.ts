import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Scaling } from "../../shared/dataset/scaling.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { NeedleIndex } from "./needle-index.ts";
import { addPieces, type Piece, type SearchedTable } from "./pieces.ts";
import { searchBytes, searchFile, type Wanted } from "./search-file.ts";
import { SingleFloats } from "./single-floats.ts";

/** A piece of somebody's rows where it should not be. */
export interface Leak extends Piece {
  readonly file: string;
  /** Bytes from the file's begin; null where it stands in the file's name. */
  readonly offset: number | null;
}

export interface LeakSearch {
  readonly files: number;
  readonly bytes: number;
  /** Different forms of cells and rows that were looked for. */
  readonly needles: number;
  readonly rows: number;
  readonly leaks: readonly Leak[];
}

/** Where what an owner has signed is looked for. */
export interface Searching {
  readonly tables: readonly SearchedTable[];
  readonly agreed: Agreement;
  /** By which the run scaled what models see. */
  readonly scaling: Scaling | null;
  /** All files below them are looked through. */
  readonly folders: readonly string[];
  /** Names of folders that are left out. */
  readonly except: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks for pieces of owners' rows in everything below some folders: whole rows, and single cells of six and more significant
 * digits or letters, as text, float32 and float64 in either byte order, raw and scaled, and base64 of these.
 */
export async function findLeaks({
  tables,
  agreed,
  scaling,
  folders,
  except,
  signal,
}: Searching): Promise<LeakSearch> {
  const wanted: Wanted = { needles: new NeedleIndex(), floats: new SingleFloats() };
  for (const table of tables) {
    addPieces(table, agreed, scaling, (needle, kind) =>
      kind === "float32" ? wanted.floats.add(needle) : wanted.needles.add(needle),
    );
  }
  const leaks: Leak[] = [];
  let [files, bytes] = [0, 0];
  for (const folder of folders) {
    for await (const file of filesBelow(folder, except)) {
      files++;
      bytes += (await stat(file)).size;
      searchBytes(Buffer.from(relative(folder, file)), wanted, "anywhere", 0, (_, { piece }) =>
        leaks.push({ ...piece, file, offset: null }),
      );
      const found = await searchFile(file, wanted, isModel(file) ? "elements" : "anywhere", signal);
      leaks.push(...found.map(({ offset, piece }) => ({ ...piece, file, offset })));
    }
  }
  const rows = tables.reduce((sum, { cells }) => sum + cells.rows.length, 0);
  return { files, bytes, needles: wanted.needles.size + wanted.floats.size, rows, leaks };
}

/** What holds float32 values of models. */
const isModel = (file: string) => /\.safetensors$|weights\.bin$/.test(file);

async function* filesBelow(folder: string, except: readonly string[]): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (except.includes(entry.name)) continue;
    if (entry.isDirectory()) yield* filesBelow(path, except);
    else if (entry.isFile()) yield path;
  }
}

/** What was looked for and what was found, a line for each leak. */
export function leaksText({ files, bytes, needles, rows, leaks }: LeakSearch, shown = 20): string {
  const looked =
    `looked through ${files} files of ${bytes} bytes for ${rows} rows in ${needles} forms (cells and rows as text, float32, float64, ` +
    "base64)";
  if (leaks.length === 0) return `${looked}: no piece of any owner's row is there`;
  return [
    `${looked}: ${leaks.length} pieces of owners' rows are there`,
    ...leaks.slice(0, shown).map(({ owner, row, column, form, masked, file, offset }) => {
      const what = column === undefined ? masked : `${column} ${masked}`;
      return `${file}${offset === null ? ", its name" : ` at ${offset}`}: ${owner}, row ${row}, ${what}, as ${form}`;
    }),
    ...(leaks.length > shown ? [`and ${leaks.length - shown} more`] : []),
  ].join("\n");
}
