import { exampleInvalid } from "../../shared/errors.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import { trainedLabel } from "../../shared/workflow/trained-label.ts";
import { lookalikes } from "../../tables/look.ts";
import { quotedNames } from "../../tables/quoted-names.ts";

/** Which field of a row is what. */
export interface Columns {
  /** Where each feature stands, in the data set's order. */
  readonly features: readonly number[];
  readonly label: number | undefined;
}

type Known = Pick<DatasetRecord, "name" | "features" | "featureNames" | "readWith">;

/**
 * Columns that a first line names: the features by the data set's own names, in whatever order, where it has such
 * names, else in its order; and one more column, which holds the labels.
 * @param labelColumn the column that --label names
 * @throws ExampleInvalid
 */
export function namedColumns(
  file: string,
  header: readonly string[],
  known: Known,
  labelColumn: string | undefined,
): Columns {
  if (labelColumn !== undefined && !header.includes(labelColumn)) {
    throw exampleInvalid(
      `--label: ${file} has no column ${quotedNames([labelColumn], 1, header)}; it has ${quotedNames(header, 10, [labelColumn])}`,
    );
  }
  const { name, features, featureNames } = known;
  if (!featureNames) {
    if (labelColumn === undefined && header.length === features + 1) {
      throw exampleInvalid(
        `${file} has one column more than ${name} has features: leave it out, or name it by --label where it holds ` +
          `the labels; it has ${quotedNames(header)}`,
      );
    }
    if (labelColumn === undefined) return numberedColumns(file, header.length, known);
    const label = header.indexOf(labelColumn);
    const others = header.flatMap((_, at) => (at === label ? [] : [at]));
    if (others.length === features) return { features: others, label };
    throw exampleInvalid(
      `${file} has ${others.length} columns beside "${labelColumn}", and ${name} has ${features} features`,
    );
  }
  // of a name that the header has twice, the first column counts
  const places = new Map(header.map((column, at) => [column, at] as const).toReversed());
  const missing = featureNames.filter((feature) => !places.has(feature));
  const expected = new Set(featureNames);
  const others = header.filter((column) => !expected.has(column));
  if (missing.length > 0) {
    const twins = lookalikes(others, missing);
    throw exampleInvalid(
      `${file} lacks columns of ${name}: ${quotedNames(missing, 10, others)}` +
        (twins.length > 0 ? `; what it has looks alike: ${quotedNames(twins, 10, missing)}` : ""),
    );
  }
  const label = labelColumn ?? labelAmong(others, known);
  const strange = others.filter((column) => column !== label);
  if (strange.length > 0) {
    const instead = label === undefined ? "; name the one with the labels by --label, if it is there" : "";
    throw exampleInvalid(
      `${file} has columns that ${name} has not: ${quotedNames(strange)}; leave them out${instead}`,
    );
  }
  return {
    features: featureNames.map((feature) => places.get(feature) ?? -1),
    label: label === undefined ? undefined : places.get(label),
  };
}

/** The column that the model's own labels stood in, or the only one that is no feature. */
function labelAmong(others: readonly string[], { readWith = [] }: Known): string | undefined {
  const trained = trainedLabel({ readWith });
  if (trained !== undefined && others.includes(trained)) return trained;
  return others.length === 1 ? others[0] : undefined;
}

/** Columns without names: the features in the data set's order, and perhaps the labels behind them. @throws ExampleInvalid */
export function numberedColumns(file: string, count: number, { name, features }: Known): Columns {
  if (count !== features && count !== features + 1) {
    throw exampleInvalid(
      `${file} has ${count} columns, and ${name} has ${features} features: give as many, or one more with the labels`,
    );
  }
  return {
    features: Array.from({ length: features }, (_, at) => at),
    label: count > features ? features : undefined,
  };
}
