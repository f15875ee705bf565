import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { datasetInvalid } from "../../shared/errors.ts";
import { makeFolder } from "../../system/make-folder.ts";
import { readNamed } from "../../tables/named-path.ts";
import { readCells } from "../../tables/read-cells.ts";
import { csv } from "../dataset/formats/csv.ts";
import { ownerFiles } from "../dataset/owner-files.ts";
import { clinics } from "./clinics.ts";

/** What one owner of a demonstration has. */
export interface OwnerTable {
  readonly owner: string;
  readonly file: string;
  /** Of one in an account of its own. */
  readonly account?: string;
}

export interface OwnerTables {
  readonly tables: readonly OwnerTable[];
  /** Files of clients that the coordinator trains itself; none where left out. */
  readonly simulated?: readonly OwnerTable[];
  /** The column that is to be predicted. */
  readonly label: string;
  /** Columns that tell rows apart. */
  readonly ids: readonly string[];
  /** Columns that are left out. */
  readonly drop: readonly string[];
}

/** A round takes three owners at least, as their policies have it. */
const fewestOwners = 3;

/**
 * The last so many tables as the coordinator's own, each of a simulated client.
 * @throws DatasetInvalid where too few owners are left
 */
export function withSimulated(found: OwnerTables, count: number): OwnerTables {
  const owners = found.tables.length - count;
  if (owners < fewestOwners) {
    throw datasetInvalid(
      `--simulated: takes ${Math.max(0, found.tables.length - fewestOwners)} at most, since there are ${found.tables.length} tables, and a round takes ${fewestOwners} owners`,
    );
  }
  return { ...found, tables: found.tables.slice(0, owners), simulated: found.tables.slice(owners) };
}

/** Writes the made-up clinics' tables into a folder, an owner each. */
export async function writeClinics(folder: string): Promise<OwnerTables> {
  await makeFolder(folder);
  const tables = clinics().map(({ name, csv }) => ({ owner: name, file: join(folder, `${name}.csv`), csv }));
  for (const { file, csv } of tables) await writeFile(file, csv, { mode: 0o600 });
  return { tables, label: "readmitted", ids: ["patient"], drop: [] };
}

/**
 * The CSV files of a folder, an owner each.
 * @param label undefined for the first file's last column
 * @throws DatasetInvalid
 */
export async function givenTables(
  folder: string,
  {
    label,
    ids = [],
    drop = [],
  }: {
    readonly label?: string | undefined;
    readonly ids?: readonly string[] | undefined;
    readonly drop?: readonly string[] | undefined;
  },
  signal: AbortSignal,
): Promise<OwnerTables> {
  const { files } = await ownerFiles(folder, "--data");
  const others = files.filter(({ format }) => format !== csv).map(({ place }) => place.path);
  if (others.length > 0) {
    throw datasetInvalid(`--data: owners bring CSV files, and these are none: ${others.join(", ")}`);
  }
  const [first] = files;
  if (!first || files.length < fewestOwners) {
    throw datasetInvalid(
      `--data: ${folder} holds ${files.length} CSV files, and a round takes ${fewestOwners} owners at least; add one an owner`,
    );
  }
  const tables = files.map(({ owner, place }) => ({ owner, file: place.path }));
  if (label !== undefined) return { tables, label, ids, drop };
  const { header } = await readCells(await readNamed(first.place.path, "--data", signal), signal);
  return { tables, label: header.at(-1) ?? "", ids, drop };
}
