import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalSha256 } from "../canonical-json.ts";
import { objectInvalid } from "../errors.ts";
import { keys } from "../layout.ts";
import type { Plan } from "./plan-record.ts";
import type { BaselineEpoch, RoundMetrics } from "./round-records.ts";

/**
 * A place in a run's history: what stands there, and the chain before it. The header of a global model, or of a checkpoint
 * of the baseline, holds all of it, so that whoever knows the chain's digest knows whether any of it was changed.
 */
export interface Link {
  /** The chain before; at a run's start the seal of its plan. */
  readonly before: string;
  /** null in the final pass, which makes no model. */
  readonly weightsSha256: string | null;
  /** Of what goes on beside the model: the object of the strategy's state, the baseline's momentum. null: nothing. */
  readonly stateSha256: string | null;
  /** Of what the round's metrics or the epoch's record say; null at the start. */
  readonly recordSha256: string | null;
}

const digestOf = (text: string) => bytesToHex(sha256(utf8ToBytes(text)));

/** The chain after a link: whoever knows it notices a change of anything before it. */
export function chainAfter({ before, weightsSha256, stateSha256, recordSha256 }: Link): string {
  return digestOf(JSON.stringify([before, weightsSha256, stateSha256, recordSha256]));
}

/** What a repetition of a round or an epoch may write differently, and what follows from the rest. */
const apart = new Set(["chainSha256", "seconds", "timing", "usage"]);

/**
 * Digest of what a round's metrics or an epoch's record say, whatever the order of its fields. What is read is taken as
 * it lies in the bucket: a schema may add to it.
 */
function recordSha256(record: object): string {
  const said = Object.fromEntries(Object.entries(record).filter(([name]) => !apart.has(name)));
  return canonicalSha256(said);
}

/** The link of a round. @param metrics as they lie in the bucket, or are to lie there */
export function roundLink(
  before: string,
  metrics: Pick<RoundMetrics, "weightsSha256" | "stateSha256">,
  said: object = metrics,
) {
  const { weightsSha256, stateSha256 } = metrics;
  return { before, weightsSha256, stateSha256, recordSha256: recordSha256(said) };
}

/** The link of an epoch of the baseline, likewise. */
export function epochLink(
  before: string,
  epoch: Pick<BaselineEpoch, "weightsSha256" | "velocitySha256">,
  said: object = epoch,
) {
  const { weightsSha256, velocitySha256 = null } = epoch;
  return { before, weightsSha256, stateSha256: velocitySha256, recordSha256: recordSha256(said) };
}

/** The rounds that a run takes over from another one, as one digest. */
export function takenSha256(records: readonly object[]): string {
  return digestOf(JSON.stringify(records.map(recordSha256)));
}

/** @throws ObjectInvalid */
function startOf({ run, start }: Pick<Plan, "run" | "start">) {
  if (start) return start;
  throw objectInvalid(`${keys.plan(run)}: names no start, since fedstep 0.1.0 wrote it`);
}

/** The link of a run's start. @param seal of the plan */
export function startLink(plan: Pick<Plan, "run" | "start">, seal: string) {
  const { weightsSha256 } = startOf(plan);
  return { before: seal, weightsSha256, stateSha256: null, recordSha256: null };
}

/** The link of the model that a run has taken from another one; undefined where it has none. */
export function takenLink(plan: Pick<Plan, "run" | "start">, seal: string) {
  const taken = plan.start?.taken;
  return taken && { before: chainAfter(startLink(plan, seal)), ...taken };
}

/** The chain before the first round that is a run's own. */
export function chainBeforeOwn(plan: Pick<Plan, "run" | "start">, seal: string): string {
  return chainAfter(takenLink(plan, seal) ?? startLink(plan, seal));
}

/** Digest of the model that a run goes on from. @param rounds that are complete, taken ones included */
export function weightsAfter(
  plan: Pick<Plan, "run" | "start">,
  rounds: readonly Pick<RoundMetrics, "weightsSha256">[],
): string {
  const made = rounds.flatMap(({ weightsSha256 }) => weightsSha256 ?? []).at(-1);
  return made ?? startOf(plan).weightsSha256;
}
