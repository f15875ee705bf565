import { accountant } from "./list/accountant.ts";
import { accounts } from "./list/accounts.ts";
import { alone } from "./list/alone.ts";
import { asked } from "./list/asked.ts";
import { assumedRoles } from "./list/assumed-roles.ts";
import { beside } from "./list/beside.ts";
import { bounds } from "./list/bounds.ts";
import { claims } from "./list/claims.ts";
import { columns } from "./list/columns.ts";
import { data } from "./list/data.ts";
import { door } from "./list/door.ts";
import { figures } from "./list/figures.ts";
import { firstImpression } from "./list/first-impression.ts";
import { forgery } from "./list/forgery.ts";
import { hiddenClients } from "./list/hidden-clients.ts";
import { interruptions } from "./list/interruptions.ts";
import { judgedJobs } from "./list/judged-jobs.ts";
import { learning } from "./list/learning.ts";
import { limits } from "./list/limits.ts";
import { masks } from "./list/masks.ts";
import { noise } from "./list/noise.ts";
import { noisedSums } from "./list/noised-sums.ts";
import { others } from "./list/others.ts";
import { owners } from "./list/owners.ts";
import { ownersMasks } from "./list/owners-masks.ts";
import { privateTraining } from "./list/private-training.ts";
import { processes } from "./list/processes.ts";
import { recomputedModels } from "./list/recomputed-models.ts";
import { rights } from "./list/rights.ts";
import { s3 } from "./list/s3.ts";
import { signatures } from "./list/signatures.ts";
import { simulated } from "./list/simulated.ts";
import { stack } from "./list/stack.ts";
import { start } from "./list/start.ts";
import { stepFunctions } from "./list/stepfunctions.ts";
import { stored } from "./list/stored.ts";
import { sums } from "./list/sums.ts";
import { system } from "./list/system.ts";
import { takingPart } from "./list/taking-part.ts";
import { tasks } from "./list/tasks.ts";
import { tryIt } from "./list/try-it.ts";
import { verification } from "./list/verification.ts";
import { verify } from "./list/verify.ts";
import { versions } from "./list/versions.ts";
import { waiting } from "./list/waiting.ts";
import type { Mutant } from "./mutant.ts";

export const mutants: readonly Mutant[] = [
  learning,
  sums,
  limits,
  rights,
  s3,
  signatures,
  door,
  stack,
  stepFunctions,
  start,
  stored,
  claims,
  bounds,
  verify,
  verification,
  forgery,
  figures,
  tasks,
  asked,
  tryIt,
  beside,
  data,
  columns,
  system,
  processes,
  interruptions,
  masks,
  ownersMasks,
  recomputedModels,
  others,
  owners,
  takingPart,
  firstImpression,
  versions,
  accounts,
  assumedRoles,
  judgedJobs,
  alone,
  waiting,
  simulated,
  noise,
  noisedSums,
  accountant,
  privateTraining,
  hiddenClients,
].flat();

/** Those of the names, or all but slow ones; or what is wrong with the names. */
export function chosen(all: readonly Mutant[], names: readonly string[], slow: boolean): Mutant[] | string {
  const unknown = names.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0) return `there is no mutant ${unknown.join(", ")}; --list says which there are`;
  if (names.length > 0) return all.filter(({ name }) => names.includes(name));
  return all.filter((one) => slow || one.slow !== true);
}
