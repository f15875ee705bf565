import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { featureColumns, type TableSchema } from "./table-schema.ts";

/** Whether gaps that a schema fills by the mean have one. @throws ConfigInvalid naming what to change */
export function checkFilled({ dataset: { scaling } }: Config, schema: TableSchema | undefined): void {
  if (scaling !== "none" || !schema) return;
  const filled = featureColumns(schema).filter(({ missing }) => missing === "mean");
  if (filled.length === 0) return;
  const names = filled.map(({ name }) => JSON.stringify(name)).join(", ");
  throw configInvalid(
    `dataset.scaling: none has no means, by which the schema fills the gaps of ${names}; take auto or standard, or give the column a ` +
      'number or date for "missing"',
  );
}
