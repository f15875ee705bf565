import { updateKey } from "../shared/client/update-key.ts";
import { updateVectors } from "../shared/client/update-tensors.ts";
import { sha256Hex } from "../shared/digest.ts";
import { distanceOf } from "../shared/metrics/drift.ts";
import type { Agreement } from "../shared/owners/agreement.ts";
import { isFinalPass } from "../shared/owners/final-pass.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import { signedOf } from "../shared/owners/log-entry.ts";
import { chargeOf } from "../shared/owners/privacy-ledger.ts";
import { strategyOf } from "../shared/privacy/clients/strategy-of.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { decodeTensors } from "../storage/decode-tensors.ts";
import { signUpdate } from "../storage/sign-update.ts";
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
}

/** Signs an update, and has the log say so before it leaves; asked again, the same bytes. @throws Refused */
export async function signAndLog(
  home: OwnerHome,
  { job, at }: { readonly job: OwnersJob; readonly at: Date },
  { plan: planned, global }: OpenedJob,
  { agreed, written, dataMac, alone }: Made,
): Promise<Update> {
  const { agreement, run, round, attempt, task, client, plan, chainSha256 } = job;
  const key = keyOf(planned, job);
  const final = isFinalPass(planned, job);
  const unsigned = written.get(key);
  if (!unsigned) throw new Refused({ name: "TrainingFailed", about: "what trains has made no update" });
  const before = signedBefore(home, key);
  const logHead = before?.before ?? home.log.head;
  const globalSha256 = global.weightsSha256;
  const update = await signUpdate(
    key,
    unsigned,
    { agreement, run, round, attempt, client, task, plan, chainSha256, globalSha256, logHead },
    keysIn(home, agreed),
  );
  const sha256 = await sha256Hex(update);
  if (before && before.sha256 !== sha256) {
    throw new Refused({
      name: "LogRolledBack",
      about: `${key}: other bytes were signed for this job before`,
    });
  }
  await keepWritten(home, run, written, key);
  if (!before) {
    const norm = task === "train" ? normOf(key, update, planned, global.parameters) : null;
    const charge = task === "train" ? chargeOf(planned) : undefined;
    const left = { object: key, bytes: update.length, sha256, norm };
    const of = { agreement, run, round, attempt, task, plan, chainSha256, dataMac };
    await home.log.append(
      {
        ...{ event: "signed", ...of, ...left },
        ...(charge && { privacy: charge }),
        ...(alone && { alone: true }),
        ...(final && { final }),
      },
      at,
    );
  }
  return { key, update, final };
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
