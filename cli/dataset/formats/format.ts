import type { SaidDialect } from "../../../tables/csv/dialect.ts";
import type { Origin } from "../../../tables/named-path.ts";
import type { Table } from "../table.ts";

/** A file or folder that the person names, or an owner's in the folder that --clients names. */
export interface Place {
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** Of a folder, the files in it and in folders within it: paths below it, with "/", sorted; undefined for a file. */
  readonly files: readonly string[] | undefined;
}

/** What the person says beside the path; not every format knows what to do with each. */
export interface Said {
  /** What holds the labels: a column, an array. */
  readonly label?: string | undefined;
  /** Which of several sets or arrays. */
  readonly select?: string | undefined;
  /** How CSV files are written. */
  readonly csv?: SaidDialect | undefined;
}

export interface Reading extends Said {
  readonly origin: Origin;
  /** Labels may be missing: the rows are to be predicted from. */
  readonly unlabelled?: boolean | undefined;
  /** The column that held the labels when the model was trained: what it holds is no feature, where it is there. */
  readonly trainedLabel?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A way in which people keep examples: a file of this folder, and a line in formats.ts. */
export interface DataFormat {
  /** What messages call a place of this format: "a safetensors file, whose labels are its tensor y". */
  readonly called: string;
  /** How messages say what --data takes: ".csv". */
  readonly takes: string;
  readonly options: readonly (keyof Said)[];
  /** The place's name without what tells its format; undefined where it is of another. */
  nameOf(place: Place): string | undefined;
  /** @throws DatasetInvalid naming the file, and what in it; the signal's reason */
  read(place: Place, reading: Reading): Promise<Table>;
}

/** Of formats that are single files, known by the ends of their names, which may be followed by .gz. */
export function nameWithout(place: Place, ...extensions: readonly string[]): string | undefined {
  if (place.files) return undefined;
  const bare = place.name.replace(/\.gz$/i, "");
  const extension = extensions.find((one) => bare.toLowerCase().endsWith(`.${one}`));
  return extension === undefined ? undefined : bare.slice(0, -extension.length - 1);
}
