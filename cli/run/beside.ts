import { configDifferences } from "../../report/run-comparison.ts";
import { besideInvalid } from "../../shared/errors.ts";
import { anyGuaranteeIn } from "../../shared/privacy/private-steps.ts";
import { type BesideRun, besideOf } from "../../shared/workflow/beside-run.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import type { Runs } from "../targets/target.ts";
import { readResult } from "./read-result.ts";

/**
 * What of a configuration belongs to a promise and its price: what is promised, the masks that shares of noise take, the baseline
 * that is refused beside it, and the batch that sampling takes the place of.
 */
const ofThePromise = ["privacy.", "federation.secureAggregation.", "baseline.", "training.batchSize"];

/**
 * The finished run whose model is to stand beside that of a new one.
 * @throws BesideInvalid where the new one promises nothing, or the two differ in more than the promise; RunMissing, RunUnfinished
 */
export async function readBeside(
  runs: Runs,
  name: string,
  own: Pick<RunRecord, "config" | "dataset">,
): Promise<BesideRun> {
  if (!anyGuaranteeIn(own.config)) {
    throw besideInvalid(
      `--beside: this run promises nothing whose price ${name} could show; set privacy.unit, or leave it out`,
    );
  }
  const result = await readResult(runs, name);
  const differing = configDifferences([{ run: "", config: own.config }, result]).filter(
    ({ path }) => !ofThePromise.some((one) => path.startsWith(one)),
  );
  if (differing.length > 0) {
    const told = differing.map(({ path, values }) => {
      const there = values.find(({ runs }) => runs.includes(name));
      return `${path} (${JSON.stringify(there?.value) ?? "none"} there)`;
    });
    throw besideInvalid(
      `--beside: ${name} differs in more than what it promises, so that it shows no price of that: ${told.join(", ")}`,
    );
  }
  if (own.dataset.digest !== result.dataset.digest) {
    throw besideInvalid(`--beside: ${name} is on other data, ${result.dataset.name}; take a run on the same`);
  }
  return besideOf(result);
}
