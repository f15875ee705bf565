import { datasetInvalid } from "../shared/errors.ts";
import { type TableColumn, type TableSchema, tableSchema } from "../shared/schema/table-schema.ts";
import { dialectText, type SaidDialect } from "./csv/dialect.ts";
import { readCsvColumns } from "./csv-columns.ts";
import { FileSurvey } from "./infer/file-survey.ts";
import { FoundColumn } from "./infer/found-column.ts";
import { proposeColumn } from "./infer/propose-column.ts";
import { proposeLabel } from "./infer/propose-label.ts";
import { valuesOf } from "./infer/values.ts";
import type { NamedBytes, NamedFile } from "./pieces.ts";
import { Problems } from "./problems.ts";
import { quotedNames } from "./quoted-names.ts";
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
  /** What the person says of how the files are written. */
  readonly said?: SaidDialect | undefined;
  /** Columns whose role the person says. */
  readonly roles?: { readonly [Role in TableColumn["role"]]?: readonly string[] };
  /** Whether the label is a number that is to be predicted; left out, its values decide. */
  readonly numbers?: boolean | undefined;
  /** Whether the tables are one owner's of several, where every row may be of one class. */
  readonly partial?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What tables are like, with what is told of it by consent alone. */
export interface SurveyedTables {
  readonly columns: readonly TableColumn[];
  /** Lists the classes that there are, if there is but one. */
  readonly label: TableSchema["label"];
  readonly notes: readonly string[];
  /** Rows of each category or class of a column. */
  rowsOf(column: string): ReadonlyMap<string, number>;
  /** Lowest and highest number, or first and last date; undefined where there are not two. */
  rangeOf(column: string, of: "number" | "date"): TableColumn["range"];
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
  const { columns, label: predicted, notes } = await surveyTables(files, label, inferring);
  const parsed = tableSchema.safeParse({ format: 1, columns, label: predicted });
  if (parsed.success) return { schema: parsed.data, notes };
  throw datasetInvalid(
    `no schema can be proposed: ${parsed.error.issues.map(({ message }) => message).join("; ")}; write one by hand`,
  );
}

/** The same, before it is a schema. @throws DatasetInvalid with all that stands in the way, file by file; the signal's reason */
export async function surveyTables(
  files: readonly TableFile[],
  label: string,
  inferring: Inferring = {},
): Promise<SurveyedTables> {
  const { roles = {}, numbers = false, partial = false } = inferring;
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
  const problems = wrongRoles([label, ...names], label, roles);
  const columns = names.map((name) => {
    const lacking = surveys.filter((one) => !one.column(name)).map(({ owner }) => owner);
    const told = (why: string) => void notes.push(`column ${JSON.stringify(name)} ${why}`);
    return proposeColumn(
      name,
      found(surveys, name),
      { lacking, files: surveys.length, role: saidRole(roles, name) },
      told,
    );
  });
  const labelIn = found(surveys, label);
  const proposed = proposeLabel(
    labelIn.inFiles[0]?.header ?? label,
    labelIn,
    { numbers, partial },
    {
      note: (note) => void notes.push(note),
      problem: (problem) => void problems.push(problem),
    },
  );
  await refuseAny(surveys, problems);
  return {
    columns,
    label: proposed,
    notes,
    rowsOf: (column) => valuesOf(found(surveys, column).texts() ?? new Map()).rows,
    rangeOf: (column, of) => found(surveys, column).range(of),
  };
}

type Roles = NonNullable<Inferring["roles"]>;

const isOne = (name: string) => (other: string) => other.trim().toLowerCase() === name.trim().toLowerCase();

function saidRole(roles: Roles, name: string): TableColumn["role"] | undefined {
  return (["feature", "id", "drop"] as const).find((role) => roles[role]?.some(isOne(name)));
}

/** Columns whose role is said, and that are not there, or said twice. */
function wrongRoles(
  names: readonly string[],
  label: string,
  { feature = [], id = [], drop = [] }: Roles,
): string[] {
  const said = Object.entries({ features: feature, ids: id, drop });
  const missing = said.flatMap(([option, columns]) =>
    columns
      .filter((name) => !names.some(isOne(name)))
      .map(
        (name) => `--${option}: there is no column ${JSON.stringify(name)}; there are ${quotedNames(names)}`,
      ),
  );
  const all = [label, ...said.flatMap(([, columns]) => columns)];
  const twice = all.find((name, at) => all.findIndex(isOne(name)) !== at);
  if (twice === undefined) return missing;
  return [...missing, `column ${JSON.stringify(twice)} is named twice in --label, --ids, --drop, --features`];
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
