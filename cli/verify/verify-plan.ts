import { sha256Hex, weightsSha256 } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { initialParameters } from "../../shared/model/parameters.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import type { StrategyState } from "../../shared/rounds/open-round.ts";
import { originsOf } from "../../shared/rounds/origins.ts";
import { startName } from "../../shared/secure-aggregation/settings.ts";
import { planOf } from "../../shared/workflow/plan.ts";
import { type PartitionRecord, type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import { thisWriter, type Writer } from "../../shared/workflow/writer.ts";
import { type Fork, readFork, readTakenState } from "../../storage/fork-objects.ts";
import { type SealedRecord, sealRecord } from "../../storage/sealed-records.ts";
import { encodeState } from "../../storage/strategy-objects.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";
import { verifyBeside } from "./verify-beside.ts";

/** What another run has left to this one, read there. */
export interface TakenOver {
  readonly fork: Fork;
  /** null where the strategy has none. */
  readonly state: StrategyState | null;
}

export interface VerifiedPlan {
  readonly plan: Plan;
  readonly seal: string;
  readonly writer: Writer;
  /** Undefined where all rounds are its own, or the run that it has some of is gone. */
  readonly takenOver: TakenOver | undefined;
}

/**
 * The plan, made again from configuration and partition; whatever comes after it is held against this one.
 * @param claim the seal of config.json
 * @param partition with the seal of the run's own record of it
 */
export async function verifyPlan(
  scene: Scene,
  claim: string,
  { record: partition, seal: partitionSeal }: Pick<SealedRecord<PartitionRecord>, "record" | "seal">,
): Promise<VerifiedPlan> {
  const { objects, audit, record } = scene;
  const key = keys.plan(record.run);
  const stored = await storedRecord(scene, key, planRecord);
  const fork = record.from && (await forkOf(scene, record.from));
  const origins = originsAgain(scene, fork, stored?.record);
  const laidOut = planOf(record, claim, partition, origins);
  const strategy = strategyOf(laidOut.config);
  const state = fork ? await readTakenState(objects, laidOut, fork) : null;
  const taken = fork
    ? {
        weightsSha256: fork.model.weightsSha256,
        stateSha256: state && (await sha256Hex(encodeState(laidOut, strategy, fork.round, state))),
        recordSha256: fork.recordSha256,
      }
    : // nothing but the plan tells it
      ((record.from && stored?.record.start?.taken) ?? null);
  const initial = initialParameters(laidOut.model, record.config.seed, startName(laidOut));
  const plan = { ...laidOut, partitionSeal, start: { weightsSha256: await weightsSha256(initial), taken } };
  const same = stored !== undefined && audit.compare(key, stored.raw, plan);
  const { seal } = same ? stored : await sealRecord(key, plan);
  if (record.beside) await verifyBeside(scene, record.beside);
  return { plan, seal, writer: stored?.writer ?? thisWriter, takenOver: fork && { fork, state } };
}

/** What is wrong with the other run is for that one's verification to say. */
async function forkOf({ objects, audit }: Scene, from: NonNullable<Scene["record"]["from"]>) {
  const key = keys.plan(from.run);
  if (!(await objects.exists(key))) return undefined;
  return audit.read(key, () => readFork(objects, from));
}

/** The runs that it has rounds of, as its parent's plan tells them. */
function originsAgain(
  { audit, record: { run, from } }: Scene,
  fork: Fork | undefined,
  stored: Plan | undefined,
): Plan["origins"] {
  if (!from) return [];
  if (fork) return originsOf(fork.parent, fork.round);
  const why = `nothing but the plan tells what was taken over from ${from.run}, which is gone`;
  audit.unchecked.push({ objects: keys.plan(run), fields: ["origins.*.*", "start.taken.*"], why });
  const [, ...before] = stored?.origins ?? [];
  return [from, ...before];
}
