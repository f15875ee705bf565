import { answerJob } from "../../../owner/account/answer-job.ts";
import { Declined } from "../../../owner/account/declined.ts";
import { homeFiles } from "../../../owner/home-files.ts";
import { openSums } from "../../../owner/open-sums.ts";
import type { Bundle } from "../../../owner/train.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import type { Agreement } from "../../../shared/owners/agreement.ts";
import { boxesFor } from "../../../shared/owners/helpers-job.ts";
import { openingJob } from "../../../shared/owners/waiting-job.ts";
import type { FlowRun, HelpersFlow, LeftOpening, OpeningPayload } from "../../functions/flow-run.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { failing } from "../../local/stepfunctions/toy-machine.ts";
import { folder } from "../homes.ts";
import { agreeMasked, byPolicy, helpers } from "../masked-owners.ts";
import { doingOf, run, type WorkingOwner, work, workingOwners } from "../working-owners.ts";
import { type InItsAccount, inAccount, partInAccount } from "./account-homes.ts";

/** A run of four masked owners, of whom some are in accounts of their own. */
export interface Scene {
  readonly bundle: Bundle;
  readonly bucket: MemoryBucket;
  readonly owners: readonly WorkingOwner[];
  readonly agreed: Agreement;
}

export const isInAccount = (owner: WorkingOwner): owner is InItsAccount => "account" in owner;

/**
 * @param moved who are in accounts of their own, by their places; all trust the helpers
 * @param place folder for what they have; of the test's own where left out
 */
export async function maskedScene(
  bundle: Bundle,
  moved: readonly number[],
  place = folder(),
): Promise<Scene> {
  const owners = await Promise.all(
    (await workingOwners(4, place)).map((one, at) => (moved.includes(at) ? inAccount(one, at) : one)),
  );
  const rules = { helpers: helpers.map((at) => `owner ${at}`), minimumExamplesInSum: 200 };
  for (const owner of owners) {
    if (!isInAccount(owner)) byPolicy(owner, rules);
    else {
      const policy = { ...JSON.parse(owner.account.text(homeFiles.policy)), ...rules };
      const bytes = new TextEncoder().encode(JSON.stringify(policy));
      owner.account.bucket.contents.set(`home/${homeFiles.policy}`, bytes);
    }
  }
  const bucket = new MemoryBucket();
  const agreed = await agreeMasked(bucket, owners, bundle, "FedAvg", place);
  return { bundle, bucket, owners, agreed };
}

/** The owner that is a helper of that number. */
export function helperIn({ owners }: Scene, helper: number): WorkingOwner {
  return owners[helpers[helper - 1] ?? 0] as WorkingOwner;
}

/** What the function in an owner's account does, whatever it is invoked for: of a refusal its name alone is told. */
export async function answerInAccount({ bundle, bucket }: Scene, owner: WorkingOwner, payload: unknown) {
  if (!isInAccount(owner)) throw new Error(`${owner.home.owner.name} is in no account of its own`);
  try {
    return await answerJob(partInAccount(bundle, bucket, owner), payload);
  } catch (error) {
    return error instanceof Declined ? failing(error.refusal, "") : Promise.reject(error);
  }
}

/** What an owner that asks at the door opens, put where the door would. */
export async function openAtDoor({ bucket }: Scene, { home }: WorkingOwner, left: LeftOpening) {
  const job = openingJob(left);
  const { round, helper } = job;
  const read = new Set([
    ...[keys.plan(run), keys.partition(run), keys.global(run, round - 1), keys.roundMetrics(run, round - 1)],
    ...boxesFor(job),
  ]);
  const objects = new Map([...bucket.contents].filter(([key]) => read.has(key)));
  const opening = await openSums(home, { job, objects, at: new Date() });
  if ("refusal" in opening) return left.decline(opening.refusal);
  bucket.contents.set(opening.key, opening.opened);
  const usage = { count: 0, cold: 0, billedMs: 0, gbSeconds: 0 };
  left.done({ helper, sha256: await sha256Hex(opening.opened), from: 0, to: 0, usage });
}

/** Each owner does its part where it is. @param shyly in the place of what the function of a helper in an account does */
export function everybody(
  scene: Scene,
  reached: HelpersFlow["reached"],
  shyly: (asked: OpeningPayload) => unknown = () => undefined,
): FlowRun {
  const { bucket, owners, agreed, bundle } = scene;
  return {
    owner: async (left) => {
      const owner = owners[left.job.client] as WorkingOwner;
      const { agreement: _, ...input } = left.job;
      const { done: __, ...report } = await work(
        bucket,
        owner,
        doingOf(bucket, agreed, owner, bundle, input),
      );
      left.done(report);
    },
    inAccount: (job) => answerInAccount(scene, owners[job.client] as WorkingOwner, job),
    helpers: {
      ...(reached && { reached }),
      atDoor: (left) => openAtDoor(scene, helperIn(scene, left.job.helper), left),
      inAccount: async (asked) =>
        (await shyly(asked)) ?? answerInAccount(scene, helperIn(scene, asked.job.helper), asked),
    },
  };
}
