import { datasetInvalid } from "../shared/errors.ts";
import { type TableSchema, tableSchema } from "../shared/schema/table-schema.ts";
import { dialectText, type SaidDialect } from "./csv/dialect.ts";
import { readCsvColumns } from "./csv-columns.ts";
import { FileSurvey } from "./infer/file-survey.ts";
import { FoundColumn } from "./infer/found-column.ts";
import { proposeColumn } from "./infer/propose-column.ts";
import { proposeLabel } from "./infer/propose-label.ts";
import type { NamedBytes, NamedFile } from "./pieces.ts";
import { Problems } from "./problems.ts";
import { readAll } from "./read-all.ts";

export interface TableFile {
  /** Whose it is, or its name. */
  readonly owner: string;
  readonly file: NamedBytes | NamedFile;
}

export interface InferredSchema {
  readonly schema: TableSchema;
  /** What its user should look at before it counts. */
  readonly notes: readonly string[];
}

export interface Inferring {
  readonly said?: SaidDialect | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the tables of several owners are like, from all of their rows: a proposal for people to review. Ids and text are left
 * out, gaps get the mean of the others, and what few owners have is dropped, each with a word.
 * @param label the column that is to be predicted
 * @throws DatasetInvalid with all that stands in the way, file by file; the signal's reason
 */
export async function inferTableSchema(
  files: readonly TableFile[],
  label: string,
  inferring: Inferring = {},
): Promise<InferredSchema> {
  const notes: string[] = [];
  const first = new Set([label.toLowerCase()]);
  const surveys: FileSurvey[] = [];
  for (const file of files) {
    const { survey, text } = await surveyFile(file, first, inferring);
    survey.finish(label);
    surveys.push(survey);
    if (text !== "") notes.push(`${file.file.label}: ${text}`);
  }
  const names = namesOf(surveys, label);
  // what are words among numbers, and numbers among words, is known once all files are
  const mixed = names.filter((name) => found(surveys, name).asText).map((name) => name.toLowerCase());
  if (mixed.length > 0) {
    const asText = new Set([...first, ...mixed]);
    for (const [at, file] of files.entries()) {
      const counted = mixed.some((name) => (surveys[at]?.column(name)?.cells.count.number ?? 0) > 0);
      if (!counted) continue;
      const again = await surveyFile(file, asText, inferring);
      again.survey.finish(label);
      surveys[at] = again.survey;
    }
  }
  const problems: string[] = [];
  const columns = names.map((name) => {
    const lacking = surveys.filter((one) => !one.column(name)).map(({ owner }) => owner);
    const told = (why: string) => void notes.push(`column ${JSON.stringify(name)} ${why}`);
    return proposeColumn(name, found(surveys, name), { lacking, files: surveys.length }, told);
  });
  const labelIn = found(surveys, label);
  const proposed = proposeLabel(labelIn.inFiles[0]?.header ?? label, labelIn, {
    note: (note) => void notes.push(note),
    problem: (problem) => void problems.push(problem),
  });
  await refuseAny(surveys, problems);
  const parsed = tableSchema.safeParse({ format: 1, columns, label: proposed });
  if (parsed.success) return { schema: parsed.data, notes };
  throw datasetInvalid(
    `no schema can be proposed: ${parsed.error.issues.map(({ message }) => message).join("; ")}; write one by hand`,
  );
}

/** Reads one file. @returns what is found, with all that is wrong with it, and how it is written */
async function surveyFile(
  { owner, file }: TableFile,
  asText: ReadonlySet<string>,
  { said = {}, signal }: Inferring,
): Promise<{ survey: FileSurvey; text: string }> {
  const begin = (decimal: "." | ",") =>
    new FileSurvey({ owner, file: file.label, decimal }, asText, new Problems(file.label));
  let survey = begin(".");
  const reading = readCsvColumns(file, { said, invalid: datasetInvalid, signal }, ({ decimal }) => {
    // what was read of the file otherwise counts for nothing
    survey = begin(decimal);
    return survey;
  });
  const [tried] = await Promise.allSettled([reading]);
  let text = "";
  await survey.problems.read(async () => {
    if (tried.status === "rejected") throw tried.reason;
    text = dialectText(tried.value.dialect);
  });
  return { survey, text };
}

/** The columns of all files but the label, as the first file that has each calls it. */
function namesOf(surveys: readonly FileSurvey[], label: string): string[] {
  const names = new Map<string, string>([[label.toLowerCase(), label]]);
  for (const { header } of surveys) {
    for (const name of header) {
      const plain = name.trim().toLowerCase();
      if (!names.has(plain)) names.set(plain, name);
    }
  }
  return [...names.values()].slice(1);
}

function found(surveys: readonly FileSurvey[], name: string): FoundColumn {
  return new FoundColumn(surveys.flatMap((one) => one.column(name) ?? []));
}

/** @throws DatasetInvalid with what is wrong with each of the files, and with all of them */
async function refuseAny(surveys: readonly FileSurvey[], problems: readonly string[]): Promise<void> {
  const all = [
    ...surveys.map((one) => async () => one.problems.throwIfAny("cannot be taken into a schema")),
    ...problems.map((problem) => async () => {
      throw datasetInvalid(problem);
    }),
  ];
  await readAll(all, (refuse) => refuse());
}
