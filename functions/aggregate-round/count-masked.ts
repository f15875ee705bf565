import { isDeepStrictEqual } from "node:util";
import { objectInvalid } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import type { RoundBeginning } from "../../shared/owners/signed-update.ts";
import type { MaskedRound } from "../../shared/rounds/masked-round.ts";
import type { AgreedStreams } from "../../shared/secure-aggregation/compare-openings.ts";
import type { MasksOpened } from "../../shared/secure-aggregation/records.ts";
import { contextOf, contextSha256 } from "../../shared/secure-aggregation/round-context.ts";
import type { ClientReport, FederationState } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { figuresBytes } from "../../shared/workflow/record-size.ts";
import {
  type RoundUpdates as CountedUpdates,
  countedOf,
  roundUpdates,
} from "../../shared/workflow/round-records.ts";
import type { MasksToGather } from "../../storage/gathered-updates.ts";
import type { StoredOpening } from "../../storage/masked-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { takeMasked } from "../../storage/taken-round.ts";
import { agreedSet } from "./agreed-set.ts";
import { publishFailures } from "./publish-round.ts";
import { type RoundBegin, roundBegin } from "./round-before.ts";

/** What a round of masked updates counts, taken in and with the sums of its masks. */
export interface CountedMasked extends Pick<RoundBegin, "before">, Pick<FederationState, "ended"> {
  readonly counted: CountedUpdates & { readonly masks: MasksOpened };
  readonly masked: MaskedRound;
  readonly streams: AgreedStreams["streams"];
}

/**
 * The masked updates that a round counts: those over which two helpers have opened their sums, and no others, since no other sum can
 * be told. They are decided on before anything is made of them, and by the first attempt, as plain ones are.
 * @param seal of the plan
 * @throws QuorumNotReached, HelpersSilent, HelpersDisagree, MaskedUpdateLost where no attempt before has decided either
 */
export async function countMasked(
  objects: Objects,
  plan: Plan,
  seal: string,
  federation: FederationState,
  reports: readonly ClientReport[],
): Promise<CountedMasked> {
  const { round, execution, ended } = federation;
  const key = keys.roundUpdates(plan.run, round);
  const most = figuresBytes(plan);
  let decided: CountedMasked;
  try {
    const attempt = execution.number;
    const context = contextSha256(contextOf(plan.run, seal, federation));
    const begins = beginningOf(seal, federation);
    // what the helpers have opened is read while the models are; of another model than its chain says they have opened nothing
    const [begin, { set, openings }] = await Promise.all([
      roundBegin(objects, plan, federation),
      agreedSet(objects, plan, federation, reports, { context, begins }),
    ]);
    decided = await take(objects, plan, seal, begin, { round, attempt, ended, ...set }, openings);
  } catch (error) {
    // an earlier attempt may have had enough of them
    const stands = await objects.findRecord(key, roundUpdates, most);
    if (stands) return takeStored(objects, plan, seal, federation, stands);
    const silent = reports.filter((report) => "error" in report).length;
    publishFailures(plan, round, silent, error instanceof Error && error.name === "QuorumNotReached");
    throw error;
  }
  const stands = await objects.keepFirst(key, roundUpdates, decided.counted, most);
  return isDeepStrictEqual(stands, decided.counted)
    ? decided
    : takeStored(objects, plan, seal, federation, stands);
}

/** The round as an earlier attempt has decided it. */
async function takeStored(
  objects: Objects,
  plan: Plan,
  seal: string,
  federation: FederationState,
  stands: CountedUpdates,
): Promise<CountedMasked> {
  const { masks, ended = federation.ended } = stands;
  if (!masks) throw objectInvalid(`${keys.roundUpdates(plan.run, stands.round)}: says nothing of masks`);
  const begin = await roundBegin(objects, plan, { ...federation, ended });
  return take(objects, plan, seal, begin, { ...stands, ended, masks });
}

async function take(
  objects: Objects,
  plan: Plan,
  seal: string,
  begin: RoundBegin,
  decided: MasksToGather & Pick<CountedMasked["counted"], "silent"> & Pick<FederationState, "ended">,
  openings?: readonly StoredOpening[],
): Promise<CountedMasked> {
  const { before, start } = begin;
  const { ended } = decided;
  const begins = beginningOf(seal, before);
  const { masked, streams, headers } = await takeMasked(objects, plan, start, decided, begins, openings);
  // what an owner has signed of its update is known once that was read, and in its account also which it is
  const updates = headers.map(({ client, sha256, signed }) => countedOf({ client, sha256, signed }));
  return { before, ended, counted: { ...decided, updates }, masked, streams };
}

/** What all clients and helpers have in common. */
function beginningOf(
  seal: string,
  { chainSha256, weightsSha256: globalSha256 }: Pick<FederationState, "chainSha256" | "weightsSha256">,
): RoundBeginning {
  return { plan: seal, chainSha256, globalSha256 };
}
