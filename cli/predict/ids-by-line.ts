import { exampleInvalid } from "../../shared/errors.ts";
import type { TableSchema } from "../../shared/schema/table-schema.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import { readCsvRecords } from "../../tables/csv-records.ts";
import type { NamedBytes } from "../../tables/pieces.ts";
import { placeOf } from "../../tables/place-of.ts";

export interface ReadingIds {
  readonly csv?: SaidDialect | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a CSV file has in the columns that a schema takes for ids, by the line of each row: no model sees it, and whoever asked
 * tells by it which row an answer is for. A column that the file lacks is in none.
 */
export async function idsByLine(
  named: NamedBytes,
  schema: TableSchema,
  { csv = {}, signal }: ReadingIds,
): Promise<ReadonlyMap<number, Readonly<Record<string, string>>>> {
  const columns = schema.columns.filter(({ role }) => role === "id");
  const rows = new Map<number, Readonly<Record<string, string>>>();
  let places: { readonly name: string; readonly at: number }[] | undefined;
  const begin = () => {
    rows.clear();
    places = undefined;
  };
  const take = (fields: string[], line: number) => {
    if (places) rows.set(line, Object.fromEntries(places.map(({ name, at }) => [name, fields[at] ?? ""])));
    else {
      places = columns
        .map((column) => ({ name: column.name, at: placeOf(fields, column) }))
        .filter(({ at }) => at >= 0);
    }
  };
  await readCsvRecords(named, { take, begin, said: csv, invalid: exampleInvalid, signal });
  return rows;
}
