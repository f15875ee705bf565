import { join } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import * as z from "zod";
import { functionNames } from "../functions/footprints.ts";
import { describeInjection } from "../local/chaos/describe.ts";
import { listSchema } from "../local/chaos/fault.ts";
import { journalFolder } from "../local/chaos/journal.ts";
import { drawnPlan, type FaultPlan, listedPlan } from "../local/chaos/plan.ts";
import type { ChaosOptions } from "../local/emulator-options.ts";
import { chaosInvalid } from "../shared/errors.ts";
import { readJsonFile } from "../tables/json-file.ts";

/** What a command line says about faults. */
export interface ChaosArguments {
  readonly home: string;
  readonly target?: string;
  readonly chaos?: string;
  readonly chaosSeed?: number;
  readonly fastRetries?: boolean;
}

export const chaosOptions = {
  chaos: () =>
    new Option(
      "--chaos <what>",
      "local: inject faults; a probability such as 0.05, or a JSON file with a list of faults",
    ),
  seed: () =>
    new Option(
      "--chaos-seed <n>",
      "what a probability draws its faults by; the same seed and --name repeat them (default: 1)",
    ).argParser(seed),
  fastRetries: () =>
    new Option("--fast-retries", "local: retries wait for milliseconds, as tests of faults want them"),
};

/** For the help of the commands that take them. */
export const chaosHelp = `
Faults: a list such as
  [{ "fault": "killed", "function": "TrainClient", "round": 2, "client": 1, "delivery": 1 },
   { "fault": "update", "damage": "not-finite", "round": 3, "client": 0 }]
befalls the events that it names, and what it leaves out (function, run, round, client, delivery) holds for all.
  killed, timed-out, out-of-memory    before the work, or with "afterWrite": n once n of its objects are stored
  throttled, delivered-twice
  s3-error, s3-slow-down              "method": "GET" or "PUT", "tries": so often for each object
  update                              "damage": truncated, flipped-bit, rotten-bit, wrong-shape, not-finite,
                                      other-round or absent; "at": where, 0 to 1
What was injected is printed, and stands in HOME/chaos/RUN.jsonl.`;

/**
 * @param say told of every fault, when it is injected
 * @returns undefined where no faults are asked for
 * @throws ChaosInvalid
 */
export async function chaosFrom(
  given: ChaosArguments,
  say: (text: string) => void,
): Promise<ChaosOptions | undefined> {
  if (given.target === "aws" && (given.chaos !== undefined || given.fastRetries)) {
    throw chaosInvalid("--chaos, --fast-retries: go with --target local; nothing injects faults into AWS");
  }
  if (given.chaos === undefined) {
    if (given.chaosSeed === undefined) return undefined;
    throw chaosInvalid("--chaos-seed: goes with --chaos and a probability");
  }
  const plan = await planOf(given.chaos, given.chaosSeed);
  say(`chaos: faults are injected on purpose; ${join(journalFolder(given.home), "RUN.jsonl")} keeps them`);
  return { plan, injected: (injection) => say(describeInjection(injection)) };
}

async function planOf(what: string, seed: number | undefined): Promise<FaultPlan> {
  const probability = Number(what);
  if (what.trim() !== "" && !Number.isNaN(probability)) {
    if (probability > 0 && probability <= 1) return drawnPlan(probability, seed ?? 1);
    throw chaosInvalid(`--chaos: ${what} is no probability; take more than 0 and at most 1`);
  }
  if (seed !== undefined) throw chaosInvalid("--chaos-seed: a list of faults draws none; leave it out");
  const parsed = listSchema(functionNames).safeParse(await readJsonFile(what, "--chaos: ", chaosInvalid));
  if (parsed.success) return listedPlan(parsed.data);
  throw chaosInvalid(`--chaos: ${what}: ${z.prettifyError(parsed.error)}`);
}

function seed(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("takes an integer from 0.");
}
