import * as z from "zod";
import { sha256Hex } from "../../shared/digest.ts";
import { isNamed } from "../../shared/errors.ts";
import { type AnyJob, isOpening } from "../../shared/owners/helpers-job.ts";
import { ownersJob } from "../../shared/owners/job.ts";
import { leavingOf } from "../../shared/owners/log-entry.ts";
import type { Refusal, RefusalName } from "../../shared/owners/refusals.ts";
import { openingJob, openingPayload } from "../../shared/owners/waiting-job.ts";
import { problemsOf } from "../../shared/problems-of.ts";
import type { ClientReport, HelperReport } from "../../shared/workflow/payloads.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import type { Bucket } from "../../storage/bucket.ts";
import { highestAccepted } from "../accepted.ts";
import { type Doing, doJob } from "../do-job.ts";
import { type OwnerHome, openHome } from "../home.ts";
import { logRefusal } from "../log-refusal.ts";
import { logSent } from "../log-sent.ts";
import { openSums } from "../open-sums.ts";
import { reasonOf } from "../reason.ts";
import { isHeldBack } from "../run/approval.ts";
import { unlessWithdrawn } from "../sending.ts";
import type { HomeStorage } from "../storage/home-storage.ts";
import { mostRoundOf, wantedFor } from "../wanted-objects.ts";
import { Declined } from "./declined.ts";

/** What an owner in an account of its own takes part with: all of it is its stack's, and nothing of it a job's. */
export interface InAccount extends Pick<Doing, "readData" | "bundle" | "bounds"> {
  readonly storage: HomeStorage;
  readonly federation: string;
  /** The coordinator's, of which it may read what belongs to its federation's runs, and write what it sends. */
  readonly coordinator: Bucket;
  readonly signal: AbortSignal;
  /** A line for whoever reads the owner's own log group. */
  readonly tell: (line: string) => void;
}

/** A job, or a helper's with what the round's clients have reported, as the state machine has them. */
const asked = z.union([ownersJob, openingPayload]);

/** What leaves for a job, by key, in the order in which it is sent: an update, and the boxes beside a masked one; or opened sums. */
interface Leaving {
  readonly key: string;
  readonly objects: readonly (readonly [key: string, bytes: Uint8Array])[];
}

/**
 * Does what the coordinator's state machine has invoked the owner's function for, as an owner does that asks for its jobs: by
 * its agreement, its policy and its log. Keys of objects are built from what the job says of run and round.
 * @returns what the round's state knows of it
 * @throws Declined by the refusal's name; whatever the home is not fit for
 */
export async function answerJob(part: InAccount, payload: unknown): Promise<ClientReport | HelperReport> {
  const from = Date.now();
  const job = jobIn(payload);
  const { storage, federation } = part;
  const home = await openHome(storage);
  const refuse = async (refusal: Refusal): Promise<never> => {
    await logRefusal(home, job, refusal, new Date());
    throw new Declined(refusal.name, refusal.about);
  };
  if (job.agreement.federation !== federation) {
    const about = `federation: ${job.agreement.federation} asks, and this stack takes part in ${federation}`;
    return refuse({ name: "FederationUnknown", about });
  }
  if (await isHeldBack({ storage, ask: false, tell: part.tell }, job)) {
    throw new Declined("NotApproved", `ask: fedstep owner allow ${job.run} lets it through`);
  }
  const brought = await bring(part, home, job);
  if ("name" in brought) return refuse(brought);
  const leaving = await workOn(part, job, brought);
  if ("refusal" in leaving) throw new Declined(leaving.refusal, `fedstep owner show ${job.run} says why`);
  const sent = await unlessWithdrawn(storage, federation, () => send(part, leaving), part.signal);
  if ("refusal" in sent) return refuse(sent.refusal);
  const [content = new Uint8Array()] = leaving.objects.map(([, bytes]) => bytes);
  const sha256 = await sha256Hex(content);
  part.tell(
    `sent ${content.length} bytes for round ${job.round} of ${job.run} (${job.task}), SHA-256 ${sha256}`,
  );
  const took = { sha256, from, to: Date.now(), usage: noUsage };
  return isOpening(job) ? { helper: job.helper, ...took } : { client: job.client, ...took };
}

/** @throws Declined where the payload is no job */
function jobIn(payload: unknown): AnyJob {
  const read = asked.safeParse(payload);
  if (!read.success) throw new Declined("PlanDiffers", `the payload is no job: ${problemsOf(read.error)}`);
  return "reports" in read.data ? openingJob(read.data) : read.data;
}

/** By the very steps that an owner takes who asks for its jobs. */
async function workOn(
  { storage, readData, bundle, bounds, signal }: InAccount,
  job: AnyJob,
  objects: ReadonlyMap<string, Uint8Array>,
): Promise<Leaving | { readonly refusal: RefusalName }> {
  const home = await openHome(storage);
  const given = { objects, at: new Date(), signal };
  if (isOpening(job)) {
    const opening = await openSums(home, { job, ...given });
    return "refusal" in opening ? opening : { key: opening.key, objects: [[opening.key, opening.opened]] };
  }
  const done = await doJob(home, { job, ...given, readData, bundle, ...(bounds && { bounds }) });
  if ("refusal" in done) return done;
  const { key, update, boxes } = done;
  // where the boxes stand, the update does
  return { key, objects: [[key, update], ...(boxes ? [[boxes.key, boxes.bytes] as const] : [])] };
}

/** What a job takes, and nothing else; or why there is nothing to be brought. */
async function bring(
  { coordinator }: InAccount,
  home: OwnerHome,
  job: AnyJob,
): Promise<ReadonlyMap<string, Uint8Array> | Refusal> {
  const { federation } = job.agreement;
  // an owner that has accepted nothing, or by another version, says so where the job is judged
  const agreed = await highestAccepted(home, federation);
  if (!agreed) return { name: "AgreementUnsigned", about: `no version of ${federation} is signed here` };
  const most = mostRoundOf(agreed);
  if (job.round > most) {
    return {
      name: "RoundsExceeded",
      about: `round ${job.round} of ${job.run} is asked for, and it has ${most} at most`,
    };
  }
  const { needed, optional } = wantedFor(job, agreed, home.log.entries);
  const brought = new Map<string, Uint8Array>();
  for (const [key, bytes] of [...needed, ...optional]) {
    const found = await findOrForbidden(coordinator, key, bytes).catch((error: unknown) => {
      if (isNamed(error, "ObjectInvalid")) return { name: "PlanDiffers", about: reasonOf(error) } as const;
      throw error;
    });
    if (found && "name" in found) return found;
    if (found) brought.set(key, found);
    else if (!optional.has(key)) return { name: "PlanDiffers", about: `${key}: is not there` };
  }
  return brought;
}

/** S3 says of what is not there, to who may not list, that it is forbidden. */
async function findOrForbidden(bucket: Bucket, key: string, most: number): Promise<Uint8Array | undefined> {
  try {
    return (await bucket.find(key, most))?.bytes;
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDenied") return undefined;
    throw error;
  }
}

/** Has it lie where its job belongs, once, and the log say so: what stands there already is what it has left before. */
async function send({ storage, coordinator }: InAccount, { key, objects }: Leaving): Promise<void> {
  const isOurs = async () => true;
  let isTaken = true;
  for (const [one, bytes] of objects) {
    isTaken = (await coordinator.putNew(one, bytes, "application/octet-stream", isOurs)) && isTaken;
  }
  const home = await openHome(storage);
  const left = leavingOf(home.log.entries, key);
  if (left) await logSent(home, left, isTaken ? "answer" : "stands", new Date());
}
