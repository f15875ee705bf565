import { isDeepStrictEqual } from "node:util";
import { openedKey } from "../shared/client/update-key.ts";
import { sha256Hex } from "../shared/digest.ts";
import { isNamed } from "../shared/errors.ts";
import { type Agreement, memberOf, simulatedIn } from "../shared/owners/agreement.ts";
import type { HelpersJob } from "../shared/owners/helpers-job.ts";
import { type OpenedEntry, openedOf } from "../shared/owners/log-entry.ts";
import type { Policy } from "../shared/owners/policy.ts";
import type { RefusalName } from "../shared/owners/refusals.ts";
import { ownerOf } from "../shared/owners/signed-update.ts";
import { assertEnoughInSum, type InSum } from "../shared/secure-aggregation/minimum.ts";
import { contextSha256, type RoundContext } from "../shared/secure-aggregation/round-context.ts";
import { seedSums } from "../shared/secure-aggregation/seed-sums.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { encodeOpening, wordsSha256 } from "../storage/masked-objects.ts";
import { signOpening } from "../storage/sign-update.ts";
import { keysIn } from "./accepted.ts";
import { rulesFor } from "./do-job.ts";
import type { OwnerHome } from "./home.ts";
import { type OpenedJob, openJob } from "./job-objects.ts";
import { type HelperSide, type Helping, judgeOpening } from "./judge-opening.ts";
import { logRefusal } from "./log-refusal.ts";
import { type Boxes, openBoxes } from "./open-boxes.ts";
import { orRefuse, Refused } from "./refused.ts";
import { whileChanging } from "./while-changing.ts";

/** What leaves for such a job. */
export interface Opening {
  /** Of the object. */
  readonly key: string;
  readonly opened: Uint8Array;
  /** Whether the run asks for no more. */
  readonly final: boolean;
}

/**
 * Opens the sums of a round's masks as one of three helpers, if nothing speaks against it: over those who have reported and have
 * signed their boxes, and for a model over the set that it has opened first and no other, whatever run or attempt asks. That set
 * stands in the log before anything leaves; asked again, the same bytes leave. Of a job that is refused a name leaves.
 */
export async function openSums(
  home: OwnerHome,
  helping: Helping,
): Promise<Opening | { readonly refusal: RefusalName }> {
  try {
    return await openingFor(home, helping);
  } catch (error) {
    helping.signal?.throwIfAborted();
    if (!(error instanceof Refused)) throw error;
    await logRefusal(home, helping.job, error.refusal, helping.at);
    return { refusal: error.refusal.name };
  }
}

async function openingFor(home: OwnerHome, helping: Helping): Promise<Opening> {
  const { job, objects, signal } = helping;
  await home.log.reload();
  const side = await sideOf(home, helping);
  const opened = await orRefuse("PlanDiffers", () => openJob(job, objects));
  const refusal = await orRefuse("PlanDiffers", () => judgeOpening(home, helping, opened, side));
  if (refusal) throw new Refused(refusal);
  const context = contextOf(job, opened);
  const boxes = await openBoxes(helping, opened.plan, context, side);
  return whileChanging(
    home,
    async () => {
      // its owner may have paused, left, or changed agreement or policy meanwhile
      const now = await sideOf(home, helping);
      return commit(home, helping, opened.plan, context, now, boxes);
    },
    { signal },
  );
}

async function sideOf(home: OwnerHome, helping: Helping): Promise<HelperSide> {
  const { agreed, policy } = await rulesFor(home, helping);
  return { agreed, policy, own: keysIn(home, agreed) };
}

function contextOf(
  { run, round, attempt, plan, chainSha256 }: HelpersJob,
  { global }: OpenedJob,
): RoundContext {
  return { run, attempt, round, plan, chainSha256, globalSha256: global.weightsSha256 };
}

/** Writes down over whom it opens sums for the model, and what of them may leave, before it does. @throws Refused */
async function commit(
  home: OwnerHome,
  { job, at }: Helping,
  plan: Plan,
  context: RoundContext,
  { agreed, policy, own }: HelperSide,
  { opened, left }: Boxes,
): Promise<Opening> {
  const { agreement, run, round, attempt, helper, ended, chainSha256 } = job;
  const { globalSha256 } = context;
  const entries = openedOf(home.log.entries);
  assertEnough(plan, round, opened, policy);
  const memberIn = (one: InSum) => ({ number: numberOf(agreed, plan, one.client), task: one.task });
  const first = entries.find((one) => one.globalSha256 === globalSha256);
  const isIn = (set: OpenedEntry["set"], one: InSum) =>
    set.some((known) => isDeepStrictEqual(known, memberIn(one)));
  const summed = opened.filter((one) => !first || isIn(first.set, one));
  if (first && summed.length < first.set.length) {
    const lacking = first.set.filter(
      (known) => !summed.some((one) => isDeepStrictEqual(known, memberIn(one))),
    );
    throw new Refused({
      name: "CohortChanged",
      about:
        `the model before round ${round} was opened for round ${first.round} of ${first.run}, execution ${first.attempt}, with ` +
        `${lacking.map(({ number, task }) => `number ${number} (${task})`).join(", ")}, which this round lacks`,
    });
  }
  assertEnough(plan, round, summed, policy);
  const streams = seedSums(plan, ended, helper, summed);
  const digests = await Promise.all(
    [...streams].map(async ([seed, words]) => [String(seed), await wordsSha256(words)]),
  );
  const late = opened.filter((one) => !summed.includes(one));
  const unsigned = await encodeOpening(
    {
      ...{ run, round, attempt, helper, contextSha256: contextSha256(context) },
      clients: summed.map(({ client, task, updateSha256 }) => ({ client, task, updateSha256 })),
      streamsSha256: Object.fromEntries(digests),
      left: [...left, ...late.map(({ client }) => ({ client, because: "CohortChanged" }))],
    },
    streams,
  );
  const key = openedKey(plan, helper, round, attempt);
  const before = entries.find(({ object }) => object === key);
  const statement = {
    ...{ agreement, run, round, attempt, helper, plan: job.plan, chainSha256, globalSha256 },
    logHead: before?.before ?? home.log.head,
  };
  const bytes = await signOpening(key, unsigned, statement, own);
  const sha256 = await sha256Hex(bytes);
  if (before && before.sha256 !== sha256) {
    throw new Refused({ name: "LogRolledBack", about: `${key}: other sums were opened for this job before` });
  }
  const final = ended !== null;
  if (!before) {
    const asked = { agreement, run, round, attempt, task: job.task, helper, plan: job.plan, chainSha256 };
    const leaving = { object: key, bytes: bytes.length, sha256, globalSha256, set: summed.map(memberIn) };
    await home.log.append({ event: "opened", ...asked, ...leaving, ...(final && { final }) }, at);
  }
  return { key, opened: bytes, final };
}

/** Whose a client is, whatever run: by the number that nobody else gets. */
function numberOf(agreed: Agreement, plan: Plan, client: number): number {
  const owner = ownerOf(plan, client);
  const owners = plan.clients.filter((one) => ownerOf(plan, one.client)).length;
  const seat = owner ? memberOf(agreed, owner.key) : simulatedIn(agreed)[client - owners];
  if (!seat) throw new RangeError(`client ${client} has no number`);
  return seat.number;
}

/** @throws Refused where sums would be over fewer owners or examples than was agreed upon, or than the policy asks for */
function assertEnough(plan: Plan, round: number, some: readonly InSum[], policy: Policy): void {
  try {
    assertEnoughInSum(plan, round, some, policy);
  } catch (error) {
    if (!isNamed(error, "QuorumNotReached")) throw error;
    throw new Refused({ name: "SumTooSmall", about: (error as Error).message });
  }
}
