import type { Scaling } from "../../shared/dataset/scaling.ts";
import type { AnySpec } from "../../shared/model/any-spec.ts";
import type { TableSchema } from "../../shared/schema/table-schema.ts";
import type { TaskName } from "../../shared/task/finishes.ts";
import type { TaskFit } from "../../shared/task/fit.ts";
import type { Naming } from "../../shared/task/naming.ts";

/** Ids of the elements that the page and its scripts share. */
export const elements = {
  section: "try",
  models: "models",
  pad: "pad",
  clear: "clear",
  samples: "samples",
  seen: "seen",
  verdict: "verdict",
  predictions: "predictions",
  form: "example",
  fields: "fields",
  field: "field",
  about: "about",
  fault: "fault",
  search: "search",
  found: "found",
  answer: "answer",
  mend: "mend",
  given: "given",
} as const;

export type EmbeddedModelName = "federated" | "centralized";

/** One of the models in the page. */
export interface EmbeddedModel {
  /** Little-endian float32 as base64, by the layout. */
  readonly parameters: string;
  /** How it names a class; absent where the values are none of classes. */
  readonly naming?: Naming;
}

/** The JSON in the page that holds the models. */
export interface EmbeddedModels {
  readonly spec: AnySpec;
  readonly task: TaskName;
  /** What of it the task's ending takes. */
  readonly fit: Pick<TaskFit, "targets">;
  readonly scaling: Scaling | null;
  /** What the classes are called; absent where the values are none of classes. */
  readonly classes?: readonly string[];
  /** What the values are in, where that is known and they are none of classes. */
  readonly unit?: string;
  readonly models: Readonly<Partial<Record<EmbeddedModelName, EmbeddedModel>>>;
  /** What a form asks for; absent where examples are drawn. */
  readonly table?: EmbeddedTable;
}

/** The columns of a table that somebody fills in, in the fields' order: what encoding takes of a schema. */
export interface EmbeddedTable extends Pick<TableSchema, "columns" | "gaps"> {
  /** Whether the values are bytes: whole numbers from 0 to 255 that stand for 0 to 1. */
  readonly bytes: boolean;
}
