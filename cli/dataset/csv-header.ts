import { datasetInvalid } from "../../shared/errors.ts";
import { checkHeader } from "../../tables/header.ts";
import { quotedNames } from "../../tables/quoted-names.ts";
import { NoTable } from "./no-table.ts";

/** Columns that a message about the header names: enough to find one's own in most files. */
const mostNamed = 100;

/**
 * Where the header has the label column.
 * @throws DatasetInvalid where names are missing, damaged, the same or alike
 */
export function labelAt(
  file: string,
  { header, line }: { header: readonly string[]; line: number | undefined },
  column: string | undefined,
): number {
  checkHeader(file, header, line);
  const beside = column === undefined ? [] : [column];
  const there = `the columns are ${quotedNames(header, mostNamed, beside)}`;
  const separated =
    line !== undefined && header.length === 1
      ? "; where fields are separated by something else, say it by --csv"
      : "";
  if (column === undefined) {
    throw new NoTable(`--label: name the column of ${file} that holds the labels; ${there}${separated}`);
  }
  const at = header.indexOf(column);
  if (at < 0) {
    throw new NoTable(
      `--label: ${file} has no column ${quotedNames([column], 1, header)}; ${there}${separated}`,
    );
  }
  if (header.length < 2)
    throw datasetInvalid(`${file} has no column but "${column}": an example needs features`);
  return at;
}
