import { boxesKey } from "../shared/client/update-key.ts";
import { FedstepError, signatureInvalid } from "../shared/errors.ts";
import type { HelpersJob } from "../shared/owners/helpers-job.ts";
import { type LeftOutName, leftOut } from "../shared/owners/left-out.ts";
import { isSigned, otherThan, ownerOf } from "../shared/owners/signed-update.ts";
import { participantsWhere } from "../shared/rounds/participants.ts";
import { type BoxesRecord, boxesRecord, boxesSha256 } from "../shared/secure-aggregation/boxes.ts";
import { boxesBytes } from "../shared/secure-aggregation/boxes-size.ts";
import type { RoundContext } from "../shared/secure-aggregation/round-context.ts";
import type { OpenedClient } from "../shared/secure-aggregation/seed-sums.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { holdObjects } from "../storage/held-objects.ts";
import { assertBoundTo } from "../storage/masked-objects.ts";
import type { HelperSide, Helping } from "./judge-opening.ts";

/** A client with the digest of the header that its box was bound to. */
export type OpenedBox = OpenedClient & Pick<BoxesRecord, "updateSha256">;

/** Boxes that were opened, and those that were not. */
export interface Boxes {
  /** Ascending by client. */
  readonly opened: readonly OpenedBox[];
  readonly left: readonly { readonly client: number; readonly because: LeftOutName }[];
}

/** The boxes of those who have reported: each is held against the round, against its owner's signature, and against its seal. */
export async function openBoxes(
  { job, objects }: Helping,
  plan: Plan,
  context: RoundContext,
  { own }: HelperSide,
): Promise<Boxes> {
  const bucket = holdObjects(objects).objects;
  const opened: OpenedBox[] = [];
  const left: { client: number; because: LeftOutName }[] = [];
  const participants = participantsWhere(plan, job.round, job.ended).sort((a, b) => a.client - b.client);
  for (const { client, task } of participants) {
    if (!job.clients.includes(client)) continue;
    const key = boxesKey(plan, client, job.round, job.attempt);
    try {
      const record = await bucket.getRecord(key, boxesRecord, boxesBytes);
      assertBoundTo(key, record, { ...context, client, task });
      await assertSigned(key, plan, job, record);
      const { updateSha256 } = record;
      opened.push({ client, task, updateSha256, seeds: await own.openBox(record, job.helper) });
    } catch (error) {
      if (!(error instanceof FedstepError && isLeftOut(error.name))) throw error;
      left.push({ client, because: error.name });
    }
  }
  return { opened, left };
}

const isLeftOut = (name: string): name is LeftOutName => Object.hasOwn(leftOut, name);

/** Whether the owner of the boxes has signed these, for this very round; a simulated client signs nothing. @throws SignatureInvalid */
async function assertSigned(
  key: string,
  plan: Plan,
  { agreement }: HelpersJob,
  record: BoxesRecord,
): Promise<void> {
  const owner = ownerOf(plan, record.client);
  if (!owner) return;
  const { context, client, task, updateSha256, signed } = record;
  const expected = { agreement, ...context, client, task, updateSha256, boxesSha256: boxesSha256(record) };
  const other = signed ? otherThan(expected, signed.statement) : "signature";
  if (other !== undefined)
    throw signatureInvalid(`${key}: ${owner.owner} has signed another ${other}, or none`);
  if (signed && (await isSigned(signed, owner.key))) return;
  throw signatureInvalid(`${key}: is not signed by the key of ${owner.owner}`);
}
