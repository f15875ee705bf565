import type { ColumnSurvey } from "../../tables/column-survey.ts";

/** The labelled rows of one file, before its labels have become classes. */
export interface Table {
  /** How messages call the file. */
  readonly label: string;
  /** How messages call what holds the labels: column "species", tensor y. */
  readonly labelColumn: string;
  /** undefined where the file does not name its features. */
  readonly featureNames: readonly string[] | undefined;
  /** Rows and columns, where the file says that its rows are images. */
  readonly imageShape?: readonly [number, number] | undefined;
  /** count x features. */
  readonly x: Uint8Array | Float32Array;
  readonly count: number;
  readonly features: number;
  /** For each row, which of the labels it has. */
  readonly rowLabels: Int32Array;
  /** What each feature is like, in their order; undefined where they are pixels. */
  readonly surveys: readonly ColumnSurvey[] | undefined;
  /** The file itself lists its classes by name, as --classes would: what stands there is meant. */
  readonly namesClasses?: boolean | undefined;
  /** What the data set is called, where that is known by more than the file's name. */
  readonly name?: string | undefined;
  /** Rows at the end that the publisher split off as the test set. */
  readonly officialTest?: number | undefined;
  /** The labels are numbers, and classes that are 0 ... n need no names. */
  readonly numbered?: boolean | undefined;
  /** What the file's user should know of how it was read. */
  readonly notes?: readonly string[] | undefined;
  /** Distinct; those that rows have, and others that the file declares. */
  readonly labels: readonly TableLabel[];
}

export interface TableLabel {
  readonly name: string;
  /** Where it first occurs, "line 7"; undefined where it is declared only. */
  readonly firstAt: string | undefined;
}
