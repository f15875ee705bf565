import { encodedFeatures } from "./encode.ts";
import type { TableSchema } from "./table-schema.ts";

/** What a schema tells of a data set that is read by it. */
export interface ContentOfSchema {
  /** 1 where targets are numbers. */
  readonly classes: number;
  readonly classNames?: string[];
  readonly featureNames: string[];
  readonly schema: TableSchema;
}

/** The same, as records of data sets have it. */
export interface DataOfSchema extends ContentOfSchema {
  readonly features: number;
  readonly target?: "float32";
  readonly element: "float32";
}

export function contentOfSchema(schema: TableSchema): ContentOfSchema {
  const { classes } = schema.label;
  return {
    ...(classes ? { classes: classes.length, classNames: [...classes] } : { classes: 1 }),
    featureNames: encodedFeatures(schema),
    schema,
  };
}

export function dataOfSchema(schema: TableSchema): DataOfSchema {
  const content = contentOfSchema(schema);
  return {
    ...content,
    features: content.featureNames.length,
    element: "float32",
    ...(schema.label.task === "regression" && { target: "float32" }),
  };
}
