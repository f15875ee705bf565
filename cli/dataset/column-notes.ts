import type { ColumnSurvey } from "../../tables/column-survey.ts";
import { mergedByFloat32 } from "./float32-merging.ts";

/** Rows below which a column of different whole numbers says nothing. */
const fewestRows = 20;
/** Names that a message shows. */
const mostShown = 10;

/** One column as every file has it. */
export interface SurveyedColumn {
  /** How messages call it: column "age", x[:, 3]. */
  readonly place: string;
  readonly inFiles: readonly { readonly file: string; readonly survey: ColumnSurvey }[];
}

/** What a reader of the columns should know: all owners' rows are looked at together, as a model is trained on them. */
export function columnNotes(columns: readonly SurveyedColumn[]): string[] {
  return [...columns.flatMap((column) => [...asAnId(column), ...asOneFloat(column)]), ...constants(columns)];
}

/** Whether every row of every file has another whole number in a column, as ids have. */
export function isAnId({ inFiles }: SurveyedColumn): boolean {
  const rows = inFiles.reduce((sum, { survey }) => sum + survey.rows, 0);
  return rows >= fewestRows && inFiles.every(({ survey }) => survey.unique);
}

/** Of the files where the column is unique, those that say something: all together where it is so in every file. */
function asAnId(column: SurveyedColumn): string[] {
  const { place, inFiles } = column;
  const unique = inFiles.filter(({ survey }) => survey.unique);
  const told = isAnId(column) ? unique : unique.filter((one) => one.survey.rows >= fewestRows);
  if (told.length === 0) return [];
  const counts = told.every(({ survey }) => survey.highest - survey.lowest === survey.rows - 1);
  const toldRows = told.reduce((sum, { survey }) => sum + survey.rows, 0);
  return [
    `${few(told.map(({ file }) => file))}: ${place} has another whole number in each of ${told.length > 1 ? "a file's" : "its"} ` +
      `rows, ${toldRows} in all, as ${counts ? "a counter of rows" : "an id"} has: it is a feature now; leave the column out ` +
      "unless it measures something",
  ];
}

function asOneFloat({ place, inFiles }: SurveyedColumn): string[] {
  const merged = mergedByFloat32(inFiles.flatMap(({ survey }) => [...survey.different]));
  if (!merged) return [];
  const { before, after, at, step } = merged;
  const lowest = Math.min(...inFiles.map(({ survey }) => survey.lowest));
  const highest = Math.max(...inFiles.map(({ survey }) => survey.highest));
  const becomes = after === 1 ? "all are one" : `${before} different values are ${after}`;
  // of numbers that small, float32 has steps of one size: only larger numbers are told apart
  const cure = merged.subnormal ? "multiply the column by a constant" : "subtract a constant from the column";
  return [
    `${fileOf(inFiles)}${place} has values from ${lowest} to ${highest}, and float32, which models take, knows steps of ` +
      `${step} at ${at}: ${becomes} to the model; ${cure}`,
  ];
}

/** Told once, however many there are: pixels at an image's border are, and features of a questionnaire may be. */
function constants(columns: readonly SurveyedColumn[]): string[] {
  const same = columns.filter(({ inFiles }) => {
    const value = inFiles[0]?.survey.lowest;
    const rows = inFiles.reduce((sum, { survey }) => sum + survey.rows, 0);
    return rows > 1 && inFiles.every(({ survey }) => survey.lowest === value && survey.highest === value);
  });
  const [first] = same;
  if (!first) return [];
  const has = same.length > 1 ? "have each one value" : "has one value";
  return [
    `${fileOf(first.inFiles)}${few(same.map(({ place }) => place))} ${has} in all rows: nothing is learned from ` +
      `${same.length > 1 ? "them" : "it"}`,
  ];
}

/** Of all owners' files the folder's name need not be said. */
function fileOf(inFiles: SurveyedColumn["inFiles"]): string {
  return inFiles.length === 1 ? `${inFiles[0]?.file}: ` : "";
}

function few(names: readonly string[]): string {
  const more = names.length - mostShown;
  return more > 0 ? `${names.slice(0, mostShown).join(", ")} and ${more} more` : names.join(", ");
}
