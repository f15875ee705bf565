import { openedKey, updateKey } from "../shared/client/update-key.ts";
import { FedstepError, maskedUpdateLost, objectInvalid } from "../shared/errors.ts";
import type { RoundBeginning } from "../shared/owners/signed-update.ts";
import type { MaskedRound } from "../shared/rounds/masked-round.ts";
import { participantsWhere } from "../shared/rounds/participants.ts";
import { type AgreedStreams, compareOpenings } from "../shared/secure-aggregation/compare-openings.ts";
import type { MasksOpened } from "../shared/secure-aggregation/records.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import type { RoundUpdates } from "../shared/workflow/round-records.ts";
import { type MaskedUpdate, readMasked, readOpening, type StoredOpening } from "./masked-objects.ts";
import type { Objects } from "./objects.ts";
import { updateReaders } from "./update-objects.ts";

/** The updates that a round counts, with who has opened the sums of their masks. */
export interface MasksToGather extends Pick<RoundUpdates, "round" | "attempt"> {
  /** Of an owner in an account of its own the digest is not known before its update was read: what it has signed says which it is. */
  readonly updates: readonly { readonly client: number; readonly sha256: string | undefined }[];
  readonly masks: MasksOpened;
}

export interface GatheredUpdates {
  readonly streams: AgreedStreams["streams"];
  readonly headers: readonly Omit<MaskedUpdate, "words">[];
}

/**
 * Gives a round the masked updates that it counts, and reads the sums of their masks.
 * @param ended why no further round trains; null where this one does
 * @param begins what owners have signed that the round begins with; undefined where it could not be told
 * @param known openings that have been read already
 * @returns the sums of the seeds' streams over these very updates, and what stands beside their integers
 * @throws MaskedUpdateLost where an update whose masks have been opened is not what it was; HelpersDisagree, ObjectMissing,
 * ObjectInvalid
 */
export async function gatherMasked(
  objects: Objects,
  plan: Plan,
  ended: string | null,
  { round, attempt, updates, masks }: MasksToGather,
  masked: MaskedRound,
  begins: RoundBeginning | undefined,
  known: readonly StoredOpening[] = [],
): Promise<GatheredUpdates> {
  const at = { round, attempt, begins };
  const openings = await Promise.all(
    masks.helpers.map(async ({ helper, sha256 }) => {
      const opening =
        known.find((one) => one.helper === helper) ??
        (await readOpening(objects, plan, at, helper, ended === null));
      const key = openedKey(plan, helper, round, attempt);
      if (opening.sha256 !== sha256) {
        throw objectInvalid(`${key}: has digest ${opening.sha256}, and its round was opened with ${sha256}`);
      }
      const over = opening.header.clients.map(({ client }) => client).join();
      if (over !== updates.map(({ client }) => client).join()) {
        throw objectInvalid(`${key}: is over other clients than its round counts`);
      }
      return opening;
    }),
  );
  const { streams } = compareOpenings(openings, `round ${round} of run ${plan.run}`);
  const participants = participantsWhere(plan, round, ended);
  const limit = updateReaders();
  const headers = await Promise.all(
    updates.map(({ client, sha256 }) =>
      limit(async () => {
        const task = participants.find((one) => one.client === client)?.task ?? "train";
        const { words, ...header } = await readCounted(objects, plan, at, { client, task }, sha256);
        assertBoxed(plan, at, header, openings);
        masked.take({ ...header, words });
        return header;
      }),
    ),
  );
  return { streams, headers };
}

/** @throws MaskedUpdateLost where a helper has opened the boxes of another update than the one that is there */
function assertBoxed(
  plan: Plan,
  { round, attempt }: { readonly round: number; readonly attempt: number },
  { client, headerSha256 }: Pick<MaskedUpdate, "client" | "headerSha256">,
  openings: readonly StoredOpening[],
): void {
  const boxed = openings.flatMap(({ header }) =>
    header.clients.flatMap((one) => (one.client === client && one.updateSha256 ? [one.updateSha256] : [])),
  );
  if (boxed.every((one) => one === headerSha256)) return;
  throw maskedUpdateLost(
    `${updateKey(plan, client, round, attempt)}: its boxes are those of another update; its masks are in the helpers' sums, so that none ` +
      "of the round's can be told: resume the run, and the clients send theirs again behind other masks",
  );
}

async function readCounted(
  objects: Objects,
  plan: Plan,
  at: { readonly round: number; readonly attempt: number },
  participant: { readonly client: number; readonly task: "train" | "evaluate" },
  sha256: string | undefined,
) {
  const key = updateKey(plan, participant.client, at.round, at.attempt);
  const lost = (because: string, cause?: unknown) =>
    maskedUpdateLost(
      `${key}: ${because}; its masks are in the helpers' sums, so that none of the round's can be told without it: resume the ` +
        "run, whose clients then send theirs again",
      { cause },
    );
  try {
    const update = await readMasked(objects, plan, at, participant);
    if (sha256 === undefined || update.sha256 === sha256) return update;
    throw lost(`has digest ${update.sha256}, and its client says ${sha256}`);
  } catch (error) {
    if (!(error instanceof FedstepError && updateFaults.has(error.name))) throw error;
    throw lost(error.message.replace(`${key}: `, ""), error);
  }
}

const updateFaults = new Set(["ObjectMissing", "ObjectInvalid", "UpdateInvalid"]);
