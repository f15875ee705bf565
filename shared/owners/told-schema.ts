import * as z from "zod";
import { checkTable, columnsOf, tableColumn, tableLabel } from "../schema/table-schema.ts";

/** What of its rows' values an owner may tell beside types and roles. */
export const consents = ["ranges", "classes", "categories"] as const;

export type Consent = (typeof consents)[number];

/** What stands in for gaps, and what a file may lack, is agreed upon: nobody tells it. */
const toldColumn = tableColumn
  .omit({ missing: true, optional: true, aliases: true })
  .extend({ gaps: z.literal(true).optional().describe("Some rows have no value.") });

/**
 * What an owner tells of its table before anything is agreed upon. Ranges, categories and classes are values of rows, and take
 * consent: without, they are left out.
 */
export const toldSchema = z
  .strictObject({
    format: z.literal(1),
    columns: columnsOf(toldColumn),
    label: tableLabel.omit({ aliases: true }),
  })
  .superRefine(checkTable);

export type ToldSchema = Readonly<z.output<typeof toldSchema>>;
export type ToldColumn = ToldSchema["columns"][number];
