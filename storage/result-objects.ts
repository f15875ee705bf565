import { objectMissing } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import {
  type Expenses,
  expensesRecord,
  outcomeRecord,
  type Result,
  resultRecord,
  withExpenses,
} from "../shared/workflow/result-record.ts";
import { checked } from "./json.ts";
import type { Objects } from "./objects.ts";

/** From which on what a run took lies apart from what it came to. */
const formatOfExpenses = 4;

/** What a run came to and took, or undefined where it has no result. @throws ObjectMissing, ObjectInvalid, RecordsUnknown */
export async function findResult(objects: Objects, run: string): Promise<Result | undefined> {
  const key = keys.result(run);
  const found = await objects.findSealed(key, outcomeRecord);
  if (!found) return undefined;
  const { record, raw, writer } = found;
  if (writer.format < formatOfExpenses) return checked(key, raw, resultRecord);
  return withExpenses(record, await readExpenses(objects, run));
}

/** The same of a run that has one. @throws ObjectMissing, ObjectInvalid, RecordsUnknown */
export async function getResult(objects: Objects, run: string): Promise<Result> {
  const found = await findResult(objects, run);
  if (found) return found;
  throw objectMissing(`${keys.result(run)} is missing`);
}

/** @throws ObjectMissing, ObjectInvalid, RecordsUnknown */
function readExpenses(objects: Objects, run: string): Promise<Expenses> {
  return objects.getRecord(keys.expenses(run), expensesRecord);
}

/**
 * Keeps what the run took, unless an earlier attempt has.
 * @returns what stands
 */
export function keepExpenses(objects: Objects, run: string, expenses: Expenses): Promise<Expenses> {
  return objects.keepFirst(keys.expenses(run), expensesRecord, expenses);
}
