import { datasetInvalid } from "../shared/errors.ts";
import { checkColumnNames } from "./column-names.ts";

/**
 * The names of a table's columns.
 * @param line that they stand in, where the file has lines
 * @throws DatasetInvalid where names are missing, damaged, the same or alike
 */
export function checkHeader(file: string, header: readonly string[], line: number | undefined): void {
  const unnamed = header.indexOf("");
  if (unnamed >= 0) {
    const last = unnamed === header.length - 1;
    throw datasetInvalid(
      `${file}: column ${unnamed + 1} of the header has no name: name it, or take ${
        last
          ? "away what separates fields behind the last one, in every line"
          : "the column out, as of an index that was written too"
      }`,
    );
  }
  const repeated = firstRepeated(header);
  if (repeated !== undefined) {
    const places = header.flatMap((name, i) => (name === repeated ? [i + 1] : []));
    throw datasetInvalid(
      `${file}: columns ${places.join(" and ")} of the header have the same name, "${repeated}": rename one`,
    );
  }
  checkColumnNames(line === undefined ? file : `${file}: line ${line}`, header);
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
