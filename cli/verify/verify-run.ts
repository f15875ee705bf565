import type { Retention } from "../../cloud/deployment.ts";
import { FedstepError, runMissing, runUnfinished } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { type RunRecord, runRecord } from "../../shared/workflow/run-record.ts";
import { assertSameArithmetic, assertSameFormat } from "../../shared/workflow/writer.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import { checkRunName } from "../run/name.ts";
import { commandFor } from "../targets/command-for.ts";
import type { Runs } from "../targets/target.ts";
import { Audit, type Finding, type Unchecked } from "./audit.ts";
import type { Copies } from "./copies.ts";
import { absenceOf } from "./expiry.ts";
import { type Inventory, inventoryOf } from "./inventory.ts";
import { type Judge, openJudge } from "./judge.ts";
import { tellLeft } from "./left-over.ts";
import { tellReach } from "./reach.ts";
import type { Scene } from "./scene.ts";
import { verifyBaseline } from "./verify-baseline.ts";
import { type VerifiedData, verifyData } from "./verify-data.ts";
import { verifyOutcome } from "./verify-outcome.ts";
import { verifyPlan } from "./verify-plan.ts";
import { verifyRounds } from "./verify-rounds.ts";
import { verifyStart } from "./verify-start.ts";
import { verifyTold } from "./verify-told.ts";

export interface Verification {
  /** Whether the run has come to its end; one that has not was checked as far as it came. */
  readonly ended: boolean;
  /** Of its last execution; null where nobody remembers one. */
  readonly status: string | null;
  /** Rounds of its own, the final pass included, whose objects were all compared. */
  readonly rounds: number;
  /** Of these, rounds whose updates were still there and were aggregated again. */
  readonly replayed: number;
  readonly findings: readonly Finding[];
  /** What was reckoned again and compared, one line each. */
  readonly recomputed: readonly string[];
  /** What is the object that another one names, by a digest alone. */
  readonly byDigest: readonly string[];
  readonly unchecked: readonly Unchecked[];
  /** The chain of digests at the last round: who has kept it elsewhere knows whether all of the run was replaced. */
  readonly chainSha256: string | undefined;
}

/** What the objects of a run do not tell. */
export interface Surroundings {
  /** After how many days what clients sent expires. */
  readonly retention: Retention;
  /** What is brought home of a run. */
  readonly copies: Copies;
  readonly executionOf: (record: RunRecord) => Promise<Remembered>;
}

/** What is remembered of a run's last execution, apart from the run's objects. */
export interface Remembered {
  /** undefined where nobody remembers one. */
  readonly status: string | undefined;
  /** The chain that it ended with, where it succeeded and said so. */
  readonly chainSha256: string | undefined;
}

export interface VerifyOptions {
  /** Train the baseline again. */
  readonly baseline?: boolean;
  /** Told of each round and epoch that has been gone through, and how many there are. */
  readonly told?: (done: number, of: number) => void;
  readonly now?: Date;
}

/**
 * Makes every object of a run again from those that it follows from, as far as that can be, and compares.
 * @throws RunNameInvalid, RunMissing, RunUnfinished where there is nothing to verify yet; ArithmeticDiffers, RecordsUnknown
 */
export async function verifyRun(
  runs: Runs,
  run: string,
  { retention, copies, executionOf }: Surroundings,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { objects } = runs;
  const key = keys.config(checkRunName(run));
  const inventory = await inventoryOf(objects, run);
  if (inventory.empty) {
    throw runMissing(`there is no run "${run}"; ${commandFor(runs, "runs")} lists them`);
  }
  const audit = new Audit();
  const sealed = inventory.expect(key)
    ? await audit.read(key, () => objects.getSealed(key, runRecord))
    : undefined;
  if (!sealed) {
    if (!inventory.has(key)) audit.found(key, "is missing, and nothing can be held against it");
    return concluded(audit, { ended: false, status: null, ...nowhere });
  }
  assertSameArithmetic(run, sealed.writer);
  assertSameFormat(run, sealed.writer);
  const { record } = sealed;
  if (record.run !== run) audit.found(key, `is of run ${record.run}`);
  const { status, chainSha256: remembered } = await executionOf(record);
  // FinishRun writes the report before the result, and nothing before that
  const ended = status === "SUCCEEDED" || inventory.has(keys.result(run)) || inventory.has(keys.report(run));
  if (!ended && !inventory.has(keys.global(run, 0)) && !hasRounds(inventory, run)) {
    throw runUnfinished(
      `run ${run} has left nothing to verify yet${status ? `: its execution is ${status}` : ""}`,
    );
  }
  const absence = absenceOf({ record, inventory, ended, retention, now: options.now ?? new Date() });
  const scene: Scene = { objects, audit, inventory, record, ended, copies, absence };
  const { complete, ...reached } = await verifyAll(scene, sealed, options);
  if (!ended && complete && status === undefined) {
    audit.found(keys.result(run), "is missing, though all rounds and epochs of the run are there");
  }
  if (ended) checkEnd(scene, reached.chainSha256, remembered);
  return concluded(audit, { ended, status: status ?? null, ...reached });
}

/** Whoever can write all of a bucket can write another history; the execution, which is elsewhere, knows the chain. */
function checkEnd({ audit, record }: Scene, chain: string | undefined, remembered: string | undefined): void {
  const key = keys.result(record.run);
  if (remembered === undefined) {
    const why =
      "nobody remembers the chain that its execution ended with: whether somebody wrote all of the run's objects anew, or " +
      "left out an update and called its client silent, only a chain tells that was kept elsewhere";
    audit.unchecked.push({ objects: key, fields: ["federated.chainSha256"], why });
  } else if (chain !== undefined && chain !== remembered) {
    audit.found(key, `the execution ended with the chain ${remembered}, and the run's objects make ${chain}`);
  }
}

type Reached = Pick<Verification, "rounds" | "replayed" | "chainSha256">;

const nowhere: Reached = { rounds: 0, replayed: 0, chainSha256: undefined };

async function verifyAll(
  scene: Scene,
  { seal }: SealedRecord<RunRecord>,
  { baseline: again = false, told = () => {} }: VerifyOptions,
): Promise<Reached & { readonly complete: boolean }> {
  const { owners } = scene.record;
  const data = owners ? await verifyTold(scene, owners) : await verifyData(scene);
  if (!data) return { ...nowhere, complete: false };
  const verified = await verifyPlan(scene, seal, { record: data.partition, seal: data.seal });
  const { plan, writer, seal: planSeal } = verified;
  const planned = { ...scene, writer, seal: planSeal };
  const judge = await judgeOf(planned, plan, data);
  const { start, base, taken } = await verifyStart(planned, verified);

  const { federation, baseline } = plan.config;
  const rounds = federation.rounds + 1 - taken.length;
  const steps = rounds + (again && judge && baseline.enabled ? baseline.epochs : 0);
  const federated = await verifyRounds(planned, plan, judge, taken, base, (done) => told(done, steps));
  const central = await verifyBaseline(planned, plan, start, {
    judge,
    again,
    told: (epoch) => told(rounds + epoch, steps),
  });
  if (scene.ended && federated.complete) {
    const left = { ended: federated.ended ?? "rounds", rounds: federated.metrics, epochs: central.epochs };
    const { partition } = data;
    await verifyOutcome(planned, { plan, partition, left, baselineUsage: central.usage });
    tellLeft(scene, plan);
  }
  const own = federated.metrics.length - takenRounds(plan);
  tellReach(scene, plan, {
    divided: data.division !== undefined,
    judged: judge !== undefined,
    rounds: own,
    replayed: federated.replayed,
    epochs: central.epochs.length,
    again: again && judge !== undefined,
    concluded: scene.ended && federated.complete,
  });
  return {
    rounds: own,
    replayed: federated.replayed,
    chainSha256: federated.metrics.at(-1)?.chainSha256,
    complete: federated.complete && (!baseline.enabled || central.epochs.at(-1)?.clients !== undefined),
  };
}

/** Who evaluates models, where the data set is there and a trainer for them. */
async function judgeOf({ audit }: Scene, plan: Plan, { division }: VerifiedData): Promise<Judge | undefined> {
  if (!division) return undefined;
  try {
    return await openJudge(plan, division);
  } catch (error) {
    if (!(error instanceof FedstepError && error.name === "TrainerUnavailable")) throw error;
    const why = `no model was evaluated on them: ${error.message}`;
    audit.unchecked.push({ objects: keys.dataset(plan.dataset.digest), why });
    return undefined;
  }
}

function hasRounds(inventory: Inventory, run: string): boolean {
  return inventory.has(keys.roundMetrics(run, 1));
}

function concluded(
  { findings, recomputed, byDigest, unchecked }: Audit,
  reached: Reached & Pick<Verification, "ended" | "status">,
): Verification {
  return { ...reached, findings, recomputed, byDigest, unchecked };
}
