import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { takenRounds } from "../shared/rounds/taken-rounds.ts";
import {
  chainAfter,
  chainBeforeOwn,
  epochLink,
  type Link,
  roundLink,
  startLink,
  takenSha256,
} from "../shared/workflow/chain.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { figuresBytes } from "../shared/workflow/record-size.ts";
import {
  type BaselineEpoch,
  baselineEpoch,
  roundMetrics,
  type TimedRound,
} from "../shared/workflow/round-records.ts";
import { readNumbered } from "./numbered-records.ts";
import type { Objects } from "./objects.ts";
import type { SealedRecord } from "./sealed-records.ts";
import { withTimes } from "./timed-rounds.ts";

/** Records of a run from its first one on, of which each follows from those before and from the run's plan. */
export interface Chained<T> {
  readonly records: readonly T[];
  /** The same as they lie in the bucket. */
  readonly raws: readonly object[];
  /** The chain after the last of them. */
  readonly chainSha256: string;
}

/** Which of them. */
interface Asked {
  /** The first so many, which all have to stand; left out, all up to the first that does not. */
  readonly count?: number;
  /** The chain after the last, where the reader knows it. */
  readonly end?: string;
}

/**
 * The metrics of a run's rounds, taken ones included, and what they took.
 * @param seal of the plan
 * @throws ObjectMissing, or ObjectInvalid where one was damaged or does not follow from those before it
 */
export async function chainedRounds(
  objects: Objects,
  plan: Plan,
  seal: string,
  { count, end }: Asked = {},
): Promise<Chained<TimedRound>> {
  const key = (round: number) => keys.roundMetrics(plan.run, round);
  const read = await readNumbered(objects, { key, schema: roundMetrics, most: figuresBytes(plan) }, count);
  const taken = takenRounds(plan);
  const raws = read.map(({ raw }) => raw);
  if (taken > 0 && takenSha256(raws.slice(0, taken)) !== plan.start?.taken?.recordSha256) {
    throw objectInvalid(
      `${key(1)} to ${key(taken)}: are not the rounds that ${keys.plan(plan.run)} takes over`,
    );
  }
  const own = read.slice(taken);
  const chainSha256 = follow(own, chainBeforeOwn(plan, seal), (round) => key(taken + round), roundLink);
  assertEnd(key(read.length), chainSha256, end);
  return { records: await withTimes(objects, plan.run, read), raws, chainSha256 };
}

/** The records of the baseline's epochs, likewise. */
export async function chainedEpochs(
  objects: Objects,
  plan: Plan,
  seal: string,
  { count, end }: Asked = {},
): Promise<Chained<BaselineEpoch>> {
  const key = (epoch: number) => keys.baselineEpoch(plan.run, epoch);
  const read = await readNumbered(objects, { key, schema: baselineEpoch, most: figuresBytes(plan) }, count);
  const chainSha256 = follow(read, chainAfter(startLink(plan, seal)), key, epochLink);
  assertEnd(key(read.length), chainSha256, end);
  return {
    records: read.map(({ record }) => record),
    raws: read.map(({ raw }) => raw),
    chainSha256,
  };
}

function follow<T extends { readonly chainSha256?: string | undefined }>(
  read: readonly SealedRecord<T>[],
  start: string,
  key: (nth: number) => string,
  linkOf: (before: string, record: T, raw: object) => Link,
): string {
  return read.reduce((before, { record, raw }, i) => {
    const chain = chainAfter(linkOf(before, record, raw));
    if (record.chainSha256 === chain) return chain;
    throw objectInvalid(
      `${key(i + 1)}: its chain is ${record.chainSha256}, and what it says makes ${chain} of those before`,
    );
  }, start);
}

function assertEnd(key: string, chain: string, end: string | undefined): void {
  if (end === undefined || end === chain) return;
  throw objectInvalid(`${key}: its chain is ${chain}, and the run goes on from ${end}`);
}
