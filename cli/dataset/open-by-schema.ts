import { basename, join, resolve } from "node:path";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { poolExamples } from "../../shared/dataset/examples.ts";
import { datasetInvalid, type FedstepError } from "../../shared/errors.ts";
import { problemsOf } from "../../shared/problems-of.ts";
import { contentOfSchema } from "../../shared/schema/data-of-schema.ts";
import { type TableSchema, tableSchema } from "../../shared/schema/table-schema.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import type { TableFile } from "../../tables/infer-table-schema.ts";
import { readJsonFile } from "../../tables/json-file.ts";
import { isFolder, listFiles, type Origin } from "../../tables/named-path.ts";
import { readAll } from "../../tables/read-all.ts";
import { readTableBySchema } from "../../tables/table-by-schema.ts";

/** Where tables are: a folder with one an owner, or one file. */
export interface TablesAt {
  readonly path: string;
  readonly origin: Origin;
}

const csvName = /\.csv(?:\.gz)?$/i;
const isCsv = (path: string) => csvName.test(path);

/**
 * The CSV files that a schema reads: of a folder one an owner.
 * @throws DatasetInvalid where there are none, or others among them
 */
export async function tableFiles({ path, origin }: TablesAt): Promise<TableFile[]> {
  const taken = "a schema says how CSV files are read, gzipped (.gz) or not";
  if (path === "") throw datasetInvalid(`${origin}: names no file or folder`);
  const folder = await isFolder(path, origin);
  if (origin !== "--clients") {
    if (!folder && isCsv(path)) return [tableFile(path, origin)];
    throw datasetInvalid(
      `${origin}: ${taken}, and ${path} is none; of a folder with one an owner, say --clients`,
    );
  }
  if (!folder)
    throw datasetInvalid(`--clients: ${path} is a file; name a folder that holds one file an owner`);
  const names = (await listFiles(path, origin)).filter((name) => !name.startsWith(".")).sort();
  const others = names.filter((name) => !isCsv(name));
  if (others.length > 0) throw datasetInvalid(`--clients: ${taken}, and ${path} holds ${others.join(", ")}`);
  if (names.length === 0)
    throw datasetInvalid(`--clients: ${path} holds no .csv files; it takes one an owner`);
  const files = names.map((name) => tableFile(join(path, name), origin));
  const twin = files.find(({ owner }, at) => files.findIndex((one) => one.owner === owner) !== at);
  if (!twin) return files;
  throw datasetInvalid(
    `--clients: ${path} has two files of owner ${JSON.stringify(twin.owner)}; an owner has one`,
  );
}

function tableFile(path: string, origin: Origin): TableFile {
  return { owner: basename(path).replace(csvName, ""), file: { label: path, path, origin } };
}

/** @throws what invalid makes, naming what in the file is to be changed */
export async function readSchemaFile(
  file: string,
  invalid: (message: string) => FedstepError = datasetInvalid,
): Promise<TableSchema> {
  const parsed = tableSchema.safeParse(await readJsonFile(file, "--schema: ", invalid));
  if (parsed.success) return parsed.data;
  throw invalid(`--schema: ${file}: ${problemsOf(parsed.error)}`);
}

/**
 * Tables as a data set whose features are what the schema makes of their columns.
 * @throws DatasetInvalid with all that is wrong with all files
 */
export async function openBySchema(
  at: TablesAt,
  schema: TableSchema,
  { csv, signal }: { readonly csv?: SaidDialect | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Dataset & { readonly notes: readonly string[] }> {
  const files = await tableFiles(at);
  const read = await readAll(files, ({ file }) => readTableBySchema(file, schema, { said: csv, signal }));
  const parts = read.map(({ examples }) => examples);
  const notes = read.flatMap((one) => one.notes);
  const ofOwners = at.origin === "--clients";
  return {
    name: ofOwners ? basename(resolve(at.path)) || "data" : (files[0]?.owner ?? "data"),
    source: ofOwners ? `files of ${files.length} owners` : "file",
    ...contentOfSchema(schema),
    ...(ofOwners && {
      owners: files.map(({ owner }, i) => ({ name: owner, examples: parts[i]?.count ?? 0 })),
    }),
    examples: poolExamples(parts),
    notes,
  };
}
