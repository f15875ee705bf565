/** Something that a model is asked about. */
export interface Example {
  /** Where it was read, for people: a file, or a line of one. */
  readonly source: string;
  /** As the data set has them: bytes, or floats before any scaling. */
  readonly values: Uint8Array | Float32Array;
  /** The file that it was read from. */
  readonly file: string;
  /** Line of a table, or the row of another format, from 0; neither of a picture. */
  readonly line?: number;
  readonly row?: number;
  /** Its class, or the number that is to be predicted, where the file tells. */
  readonly label?: number;
  /** What its file's columns of ids have, where that was asked for. */
  readonly ids?: Readonly<Record<string, string>>;
}
