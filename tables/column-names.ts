import { datasetInvalid } from "../shared/errors.ts";
import { isDamaged, look, quotedApart } from "./look.ts";

/**
 * Columns that a person could not tell apart, or whose names lost a character.
 * @param place where the names are: a line of CSV, a file's metadata
 * @throws DatasetInvalid
 */
export function checkColumnNames(place: string, names: readonly string[]): void {
  const damaged = names.find(isDamaged);
  if (damaged !== undefined) {
    throw datasetInvalid(
      `${place}: the column "${damaged}" is damaged: a program that wrote it lost a character and put \\ufffd in its ` +
        "place; write the file again from its source",
    );
  }
  const seen = new Map<string, { name: string; at: number }>();
  for (const [at, name] of names.entries()) {
    const other = seen.get(look(name));
    if (other) {
      throw datasetInvalid(
        `${place}: columns ${other.at + 1} and ${at + 1} look alike, ${quotedApart(other.name, name)} and ` +
          `${quotedApart(name, other.name)}: give each a name that can be told apart`,
      );
    }
    seen.set(look(name), { name, at });
  }
}
