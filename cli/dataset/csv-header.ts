import { datasetInvalid } from "../../shared/errors.ts";
import { checkColumnNames } from "./column-names.ts";
import { quotedNames } from "./quoted-names.ts";

/** Columns that a message about the header names: enough to find one's own in most files. */
const mostNamed = 100;

/**
 * Where the header has the label column.
 * @throws DatasetInvalid where names are missing, damaged, the same or alike
 */
export function labelAt(
  file: string,
  { header, line }: { header: readonly string[]; line: number },
  column: string | undefined,
): number {
  const unnamed = header.indexOf("");
  if (unnamed >= 0) throw datasetInvalid(`${file}: column ${unnamed + 1} of the header has no name`);
  const repeated = firstRepeated(header);
  if (repeated !== undefined) {
    const places = header.flatMap((name, i) => (name === repeated ? [i + 1] : []));
    throw datasetInvalid(
      `${file}: columns ${places.join(" and ")} of the header have the same name, "${repeated}"`,
    );
  }
  checkColumnNames(`${file}: line ${line}`, header);
  const beside = column === undefined ? [] : [column];
  const there = `the columns are ${quotedNames(header, mostNamed, beside)}`;
  const separated = header.length === 1 ? "; fields are separated by commas" : "";
  if (column === undefined) {
    throw datasetInvalid(`--label: name the column of ${file} that holds the labels; ${there}${separated}`);
  }
  const at = header.indexOf(column);
  if (at < 0) {
    throw datasetInvalid(
      `--label: ${file} has no column ${quotedNames([column], 1, header)}; ${there}${separated}`,
    );
  }
  if (header.length < 2)
    throw datasetInvalid(`${file} has no column but "${column}": an example needs features`);
  return at;
}

/** In one pass, since a header may have tens of thousands of names. */
function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => {
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}
