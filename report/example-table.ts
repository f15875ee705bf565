import { featureColumns } from "../shared/schema/feature-columns.ts";
import type { DatasetRecord } from "../shared/workflow/run-record.ts";
import { trainedLabel } from "../shared/workflow/trained-label.ts";
import type { EmbeddedTable } from "./page/embedded.ts";

type Known = Pick<DatasetRecord, "features" | "featureNames" | "schema" | "element">;

/** The columns of an example of a run: those of the schema that its tables were read by, or a number for each feature. */
export function exampleTable({ features, featureNames, schema, element }: Known): EmbeddedTable {
  const bytes = element !== "float32";
  if (schema) {
    // other spellings and names are for files
    const columns = featureColumns(schema).map(
      ({ aliases: _, spellings: __, optional: ___, ...column }) => column,
    );
    return { columns, ...(schema.gaps && { gaps: schema.gaps }), bytes };
  }
  const names = featureNames ?? Array.from({ length: features }, (_, i) => `feature ${i + 1}`);
  return { columns: names.map((name) => ({ name, type: "number", role: "feature" })), bytes };
}

/** What is predicted, by the column's name; undefined where nothing names it. */
export function targetName({
  schema,
  readWith,
}: Pick<DatasetRecord, "schema" | "readWith">): string | undefined {
  return schema?.label.name ?? trainedLabel({ readWith });
}
