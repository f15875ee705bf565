import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { isRecord } from "../config/discriminated.ts";
import type { Config } from "../config/schema.ts";
import { longestRunName } from "../layout.ts";
import { type Axis, axesOf } from "./axes.ts";
import { type Cell, type CellData, cellsOf } from "./cells.ts";
import { type Reference, referenceOf } from "./reference.ts";
import { parseStudy, type Study } from "./study.ts";

export interface StudyPlan {
  readonly study: Study;
  readonly axes: readonly Axis[];
  readonly cells: readonly Cell[];
  readonly reference: Reference | undefined;
  /** Every cell with every seed, all cells with the first seed before any with the second. */
  readonly runs: readonly PlannedRun[];
}

export interface PlannedRun {
  readonly cell: Cell;
  readonly config: Config;
}

/**
 * Everything that a study is going to run, each configuration resolved and checked.
 * @param check what must hold of a configuration where it is to run; throws an InputError
 * @param data what else decides the fields that nobody names, as resolveConfig has it
 * @throws StudyInvalid
 */
export function planStudy(input: unknown, check: (config: Config) => void, data: CellData = {}): StudyPlan {
  const study = parseStudy(input);
  const axes = axesOf(study.vary);
  const reference = referenceOf(study, axes);
  const cells = cellsOf(study, axes, check, data);
  // the table has something to say about every cell as early as can be, however soon it is interrupted
  const runs = study.seeds.flatMap((seed) =>
    cells.map((cell) => ({ cell, config: { ...cell.config, seed } })),
  );
  return { study, axes, cells, reference, runs };
}

/** Left free for "-2" and so on, where an interrupted run is run again. */
const room = 3;
const digestDigits = 10;

/**
 * STUDY-VALUES-sSEED-DIGEST: the digest, over configuration and data set, is what tells runs apart; the rest is for
 * people. Labels have no part in it, so that a study whose tables read better keeps its runs.
 */
export function runName(study: string, { cell, config }: PlannedRun, datasetDigest: string): string {
  const text = JSON.stringify([datasetDigest, config]);
  const digest = bytesToHex(sha256(utf8ToBytes(text))).slice(0, digestDigits);
  const ending = `-s${config.seed}-${digest}`;
  const left = longestRunName - room - study.length - 1 - ending.length;
  const values = cell.assignments
    .map(({ value }) => spoken(value))
    .join("-")
    .replaceAll(/[^A-Za-z0-9.]+/g, "-")
    .slice(0, left)
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return `${study}${values && `-${values}`}${ending}`;
}

/** The name that a run takes when it is begun for the nth time. */
export function attemptName(name: string, attempt: number): string {
  return attempt === 1 ? name : `${name}-${attempt}`;
}

/** FedProx-0.1 for {"name": "FedProx", "mu": 0.1}. */
function spoken(value: unknown): string {
  if (isRecord(value)) return Object.values(value).map(spoken).join("-");
  return Array.isArray(value) ? value.map(spoken).join("-") : String(value);
}
