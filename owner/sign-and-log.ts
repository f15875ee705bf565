import { boxesKey, updateKey } from "../shared/client/update-key.ts";
import { updateVectors } from "../shared/client/update-tensors.ts";
import { sha256Hex } from "../shared/digest.ts";
import { distanceOf } from "../shared/metrics/drift.ts";
import type { Agreement } from "../shared/owners/agreement.ts";
import { isFinalPass } from "../shared/owners/final-pass.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import { signedOf } from "../shared/owners/log-entry.ts";
import { chargeOf } from "../shared/owners/privacy-ledger.ts";
import type { SignedStatement } from "../shared/owners/update-statement.ts";
import { strategyOf } from "../shared/privacy/clients/strategy-of.ts";
import { type BoxesRecord, boxesRecord, boxesSha256 } from "../shared/secure-aggregation/boxes.ts";
import { boxesBytes } from "../shared/secure-aggregation/boxes-size.ts";
import { hasMasks } from "../shared/secure-aggregation/settings.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { decodeTensors } from "../storage/decode-tensors.ts";
import { openRecord, sealRecord } from "../storage/sealed-records.ts";
import { signedUpdate } from "../storage/sign-update.ts";
import { keysIn } from "./accepted.ts";
import type { OwnerHome } from "./home.ts";
import type { OpenedJob } from "./job-objects.ts";
import { keepWritten } from "./kept.ts";
import { Refused } from "./refused.ts";
import type { TrainingWork } from "./train.ts";

export const keyOf = (plan: Plan, { round, client, attempt }: OwnersJob) =>
  updateKey(plan, client, round, attempt);

export const signedBefore = ({ log }: OwnerHome, key: string) =>
  signedOf(log.entries).find(({ object }) => object === key);

/** What leaves for a job. */
export interface Update {
  /** Of the object. */
  readonly key: string;
  readonly update: Uint8Array;
  /** What leaves beside a masked update: the seeds of its masks, sealed for the helpers. */
  readonly boxes?: { readonly key: string; readonly bytes: Uint8Array };
  /** Whether the run asks for no more. */
  readonly final: boolean;
}

/** What was trained, on which data. */
interface Made {
  readonly written: ReadonlyMap<string, Uint8Array>;
  readonly dataMac: string;
  readonly agreed: Agreement;
  /** What is told of the model that was trained alone. */
  readonly alone: TrainingWork["alone"];
  /** Rounds whose models were recomputed before. */
  readonly recomputed: readonly number[];
}

/** Signs an update, and has the log say so before it leaves; asked again, the same bytes. @throws Refused */
export async function signAndLog(
  home: OwnerHome,
  { job, at }: { readonly job: OwnersJob; readonly at: Date },
  { plan: planned, global }: OpenedJob,
  { agreed, written, dataMac, alone, recomputed }: Made,
): Promise<Update> {
  const { agreement, run, round, attempt, task, client, plan, chainSha256 } = job;
  const key = keyOf(planned, job);
  const final = isFinalPass(planned, job);
  const unsigned = written.get(key);
  if (!unsigned) throw new Refused({ name: "TrainingFailed", about: "what trains has made no update" });
  const before = signedBefore(home, key);
  const logHead = before?.before ?? home.log.head;
  const globalSha256 = global.weightsSha256;
  const sealed = hasMasks(planned.config) ? await sealedIn(written, planned, job) : undefined;
  const of = { agreement, run, round, attempt, client, task, plan, chainSha256, globalSha256, logHead };
  const { bytes: update, signed } = await signedUpdate(
    key,
    unsigned,
    { ...of, ...(sealed && { boxesSha256: boxesSha256(sealed.record) }) },
    keysIn(home, agreed),
  );
  const boxes = sealed && { key: sealed.key, bytes: await boxesWith(sealed, signed) };
  const sha256 = await sha256Hex(update);
  if (before && before.sha256 !== sha256) {
    throw new Refused({
      name: "LogRolledBack",
      about: `${key}: other bytes were signed for this job before`,
    });
  }
  await keepWritten(home, run, written, [key, ...(boxes ? [boxes.key] : [])]);
  if (!before) {
    // behind masks it is nobody's to see but what trains
    const inTheOpen = task === "train" && !hasMasks(planned.config);
    const norm = inTheOpen ? normOf(key, update, planned, global.parameters) : null;
    const beside = boxes && (await leftAs(boxes));
    const charge = task === "train" ? chargeOf(planned) : undefined;
    const left = { object: key, bytes: update.length, sha256, norm };
    const asked = { agreement, run, round, attempt, task, plan, chainSha256, dataMac };
    await home.log.append(
      {
        ...{ event: "signed", ...asked, ...left },
        ...(beside && { boxes: beside }),
        ...(charge && { privacy: charge }),
        ...(alone && { alone: true }),
        ...(final && { final }),
        ...(recomputed.length > 0 && { recomputed: [...recomputed] }),
      },
      at,
    );
  }
  return { key, update, ...(boxes && { boxes }), final };
}

interface Sealed {
  readonly key: string;
  readonly record: BoxesRecord;
}

/** The boxes that a training has sealed. @throws Refused */
async function sealedIn(
  written: ReadonlyMap<string, Uint8Array>,
  plan: Plan,
  { round, client, attempt }: OwnersJob,
): Promise<Sealed> {
  const key = boxesKey(plan, client, round, attempt);
  const bytes = written.get(key);
  if (!bytes) throw new Refused({ name: "TrainingFailed", about: "what trains has sealed no boxes" });
  return { key, record: (await openRecord(key, bytes, boxesRecord)).record };
}

/** The same with what their owner has signed of them, and of the update. */
async function boxesWith({ key, record }: Sealed, signed: SignedStatement): Promise<Uint8Array> {
  const { text } = await sealRecord(key, { ...record, signed }, boxesBytes);
  return new TextEncoder().encode(text);
}

async function leftAs({ key, bytes }: NonNullable<Update["boxes"]>) {
  return { object: key, bytes: bytes.length, sha256: await sha256Hex(bytes) };
}

/** How far the update has moved from the model; null where it sends no model. */
function normOf(
  key: string,
  update: Uint8Array,
  { config, model }: OpenedJob["plan"],
  global: Float32Array,
): number | null {
  const { sends } = strategyOf(config).client;
  if (!sends.model) return null;
  const { tensors } = decodeTensors(key, update, update.length);
  return distanceOf(updateVectors(model, sends, tensors).parameters, global);
}
