import { basename, join, resolve } from "node:path";
import { stringify } from "csv-stringify/sync";
import { type DownloadOptions, downloadPublished } from "../../mnist/download.ts";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { mirrorsOf } from "../../mnist/mirrors.ts";
import { mnistSet } from "../../mnist/mnist-set.ts";
import { type IdxName, idxNames } from "../../mnist/published.ts";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import type { IdxFile } from "../../shared/dataset/idx.ts";
import { type IdxSet, poolIdxSet } from "../../shared/dataset/idx-set.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { wordsOf as dialectWordsOf } from "../../tables/csv/dialect.ts";
import type { Origin } from "../../tables/named-path.ts";
import { cacheFolder, keepInCache, readCached } from "./mnist-cache.ts";
import { openBySchema, readSchemaFile } from "./open-by-schema.ts";
import { orInferred } from "./open-inferred.ts";
import { openOwnersFolder, openTableFile, type TableOptions } from "./open-tables.ts";

/** What the command line says about the data. */
export interface DataOptions extends TableOptions {
  /** The folder of IDX files, or the table, that --data names. */
  readonly data?: string | undefined;
  /** The folder that --clients names: one file a data owner. */
  readonly clients?: string | undefined;
  /** The file that --schema names: what the tables are like. */
  readonly schema?: string | undefined;
}

export interface OpenDatasetOptions extends DataOptions, Omit<DownloadOptions, "mirrors" | "instead"> {
  /** FEDSTEP_DATA, FEDSTEP_MNIST_MIRRORS and XDG_CACHE_HOME are read from it. */
  readonly env: NodeJS.ProcessEnv;
}

/** `source` is one of "directory", "file", "files of N owners", "cache", "download" and "embedded sample". */
export interface OpenedDataset extends Dataset {
  /** What its user should know: why it is not what would have come first, what could not be done. */
  readonly notes: readonly string[];
}

/**
 * The owners' files that --clients names, or what --data or FEDSTEP_DATA names; where nothing does, MNIST from the
 * user's cache, else from the mirrors, else, when none can be reached, the sample that fedstep carries.
 * @throws DatasetInvalid where what is named, or a mirror's file, is not what it should be: neither is passed over
 */
export async function openDataset(options: OpenDatasetOptions): Promise<OpenedDataset> {
  const dataset = await openedFrom(options);
  const readWith = wordsOf(options);
  return { ...dataset, ...(readWith.length > 0 && { readWith }) };
}

/** The options that read it again for whoever stands where the data lies: which folder that is stays with its owner. */
function wordsOf(options: OpenDatasetOptions): string[] {
  const { clients, label, classes, csv, select, schema } = options;
  const path = clients ?? namedPath(options)?.path;
  if (path === undefined) return [];
  return [
    ...[clients === undefined ? "--data" : "--clients", basename(resolve(path)) || path],
    ...(label === undefined ? [] : ["--label", label]),
    ...(classes === undefined ? [] : ["--classes", stringify([[...classes]]).trimEnd()]),
    ...(select === undefined ? [] : ["--select", select]),
    ...(schema === undefined ? [] : ["--schema", basename(resolve(schema))]),
    ...(csv === undefined ? [] : ["--csv", dialectWordsOf(csv)]),
  ];
}

async function openedFrom(options: OpenDatasetOptions): Promise<OpenedDataset> {
  const { data, clients, schema } = options;
  if (schema !== undefined) return openedBySchema(schema, options);
  if (clients !== undefined) {
    if (data !== undefined) throw bothNamed();
    const at = { path: clients, origin: "--clients" } as const;
    return orInferred(at, options, () => openOwnersFolder(clients, options));
  }
  const named = namedPath(options);
  if (named) {
    return orInferred(named, options, async () => {
      const { notes, hasIds, ...dataset } = await openTableFile(named.path, named.origin, options);
      return { dataset, notes, hasIds };
    });
  }
  refuseTableOptions(options);
  const { set, source, notes } = await publishedSet(options);
  if (set) return { ...poolIdxSet(set, "mnist", source), notes };
  const sample = await openEmbeddedSample();
  return {
    ...sample,
    notes: [
      ...notes,
      `no mirror can be reached, so the ${sample.examples.count} digits that fedstep carries stand in for MNIST's ` +
        "70000: expect lower accuracies, or give a folder that holds the four files with --data",
    ],
  };
}

/** Tables, as a schema has them. */
async function openedBySchema(file: string, options: OpenDatasetOptions): Promise<OpenedDataset> {
  const { data, clients, label, classes, select } = options;
  const foreign = Object.entries({ label, classes, select }).find(([, said]) => said !== undefined);
  if (foreign)
    throw datasetInvalid(`--${foreign[0]}: stands in the schema; leave it out, or change it there`);
  if (data !== undefined && clients !== undefined) throw bothNamed();
  const named = namedPath(options);
  const at = clients === undefined ? named : { path: clients, origin: "--clients" as const };
  if (!at)
    throw datasetInvalid("--schema: goes with tables: --data FILE, or --clients DIR with one an owner");
  return openBySchema(at, await readSchemaFile(file), options);
}

const bothNamed = () =>
  datasetInvalid("--data and --clients: take one; a federation's files are all of its data");

function namedPath({ data, env }: OpenDatasetOptions): { path: string; origin: Origin } | undefined {
  if (data === "") throw datasetInvalid("--data: names no folder or file");
  if (data !== undefined) return { path: data, origin: "--data" };
  // an empty variable is as good as none
  return env.FEDSTEP_DATA ? { path: env.FEDSTEP_DATA, origin: "FEDSTEP_DATA" } : undefined;
}

/** MNIST's labels are what they are. */
function refuseTableOptions({ label, classes, csv, select }: TableOptions): void {
  const [option] =
    Object.entries({ label, classes, csv, select }).find(([, said]) => said !== undefined) ?? [];
  if (option === undefined) return;
  throw datasetInvalid(
    `--${option}: goes with a file or folder (--data PATH) or with owners' files (--clients DIR), and none is named`,
  );
}

const instead =
  "Give a folder that holds its four files with --data, or other mirrors with FEDSTEP_MNIST_MIRRORS";

/** What the cache lacks is downloaded, file by file, and kept at once: an interrupted download goes on from there. */
async function publishedSet(options: OpenDatasetOptions) {
  const folder = cacheFolder(options.env);
  const files = new Map<IdxName, IdxFile>();
  const notes: string[] = [];
  let source = "cache";
  for (const name of idxNames) {
    const label = join(folder, name);
    const cached = await readCached(folder, name);
    if ("bytes" in cached) {
      files.set(name, { label, bytes: cached.bytes });
      continue;
    }
    if (source === "cache") notes.push(`${folder} does not hold all of MNIST yet`);
    source = "download";
    if (cached.note !== undefined) notes.push(cached.note);
    const download = await downloadPublished(name, { ...options, mirrors: mirrorsOf(options.env), instead });
    notes.push(...download.notes);
    if ("offline" in download) return { source, notes };
    files.set(name, { label, bytes: download.bytes });
    const lost = await keepInCache(folder, name, download.bytes);
    if (lost !== undefined) notes.push(lost);
  }
  const set: IdxSet = mnistSet(Object.fromEntries(files) as Record<IdxName, IdxFile>);
  return { set, source, notes };
}
