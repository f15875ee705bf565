import type { DatasetRecord } from "../../shared/workflow/run-record.ts";

/** Something that a model is asked about. */
export interface Example {
  /** Where it was read: a file, or a line of one. */
  readonly source: string;
  /** As the data set has them: bytes, or floats before any scaling. */
  readonly values: Uint8Array | Float32Array;
  /** Its class where the file tells. */
  readonly label?: number;
}

/** What the classes are called: their numbers where they have no names. */
export function calledClasses({ classes, classNames }: DatasetRecord): readonly string[] {
  return classNames ?? Array.from({ length: classes }, (_, i) => String(i));
}
