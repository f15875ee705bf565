import { isDeepStrictEqual } from "node:util";
import { accountOf } from "../../shared/client/place.ts";
import { FedstepError, helpersSilent } from "../../shared/errors.ts";
import { leftBecause } from "../../shared/owners/left-out.ts";
import { ownerOf, type RoundBeginning } from "../../shared/owners/signed-update.ts";
import { silentInAccount, whySilent } from "../../shared/owners/silent-causes.ts";
import { assertSummed } from "../../shared/rounds/assert-summed.ts";
import { compareOpenings } from "../../shared/secure-aggregation/compare-openings.ts";
import type { MasksOpened } from "../../shared/secure-aggregation/records.ts";
import type { ClientReport, FederationState, HelperReport } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { RoundUpdates } from "../../shared/workflow/round-records.ts";
import type { MasksToGather } from "../../storage/gathered-updates.ts";
import { readOpening, type StoredOpening } from "../../storage/masked-objects.ts";
import type { Objects } from "../../storage/objects.ts";

type SilentHelper = MasksOpened["silent"][number];

/** Which updates count, who is silent, and who has opened the masks. */
export interface AgreedSet extends Pick<RoundUpdates, "silent">, Pick<MasksToGather, "updates"> {
  readonly masks: MasksOpened;
}

/** What the boxes and openings of a round are of. */
interface OfRound {
  readonly context: string;
  readonly begins: RoundBeginning;
}

/** The same, with what was read for it. */
export interface ReadSet {
  readonly set: AgreedSet;
  readonly openings: readonly StoredOpening[];
}

/**
 * The set of clients over which two helpers at least have opened their sums.
 * @param context digest of the round's
 * @param begins what owners sign that the round begins with
 * @throws QuorumNotReached, HelpersSilent where no two have opened the same set, HelpersDisagree
 */
export async function agreedSet(
  objects: Objects,
  plan: Plan,
  federation: FederationState,
  reports: readonly ClientReport[],
  { context, begins }: OfRound,
): Promise<ReadSet> {
  const { round } = federation;
  const answers = await Promise.all(
    helpersAnswers(federation).map((one) => answerOf(objects, plan, federation, { context, begins }, one)),
  );
  const openings = answers.filter((one): one is StoredOpening => "streams" in one);
  const agreeing = largestGroup(openings);
  const set = agreeing[0]?.header.clients ?? [];
  const because = new Map(
    agreeing[0]?.header.left.map((one) => [
      one.client,
      plan.helpers ? leftBecause(one.because) : one.because,
    ]),
  );
  const heard = new Map(
    reports.flatMap((one) =>
      "error" in one ? [] : [[one.client, "sha256" in one ? one.sha256 : undefined] as const],
    ),
  );
  const inSet = (client: number) => set.some((one) => one.client === client);
  // where too few have opened anything, those who have reported would have counted
  const counts = agreeing.length > 1 ? inSet : (client: number) => heard.has(client);
  const participants = federation.participants.toSorted((a, b) => a.client - b.client);
  const updates = participants.flatMap(({ client }) =>
    heard.has(client) && counts(client) ? [{ client, sha256: heard.get(client) }] : [],
  );
  const silent = participants
    .filter(({ client }) => updates.every((one) => one.client !== client))
    .map(({ client, task }) => ({ client, task, ...silenceOf(plan, client, reports, because.get(client)) }));
  const counted = participants.filter(({ client }) => updates.some((one) => one.client === client));
  assertSummed(plan, federation, counted, silent);
  const where = `round ${round} of run ${plan.run}`;
  const quiet = answers.filter((one): one is SilentHelper => "error" in one);
  if (agreeing.length < 2) {
    const told = quiet.map(({ helper, error, cause }) => `helper ${helper}: ${error}: ${cause}`);
    throw helpersSilent(
      `${where}: no two helpers have opened sums over the same clients (${told.join("; ") || "none has answered"}); resume the ` +
        "run once they are there again",
    );
  }
  const { unchecked } = compareOpenings(agreeing, where);
  const others = openings
    .filter((one) => !agreeing.includes(one))
    .map(({ helper }) => ({
      helper,
      error: "CohortChanged",
      cause: "it has opened sums over other clients",
    }));
  const masks = {
    contextSha256: context,
    helpers: agreeing.map(({ helper, sha256, signed }) => ({ helper, sha256, ...(signed && { signed }) })),
    silent: [...quiet, ...others].sort((a, b) => a.helper - b.helper),
    unchecked: [...unchecked],
  };
  return { set: { updates, silent, masks }, openings: agreeing };
}

/** What all of them have answered, by their numbers: those that asked for their jobs, and those in accounts of their own. */
export function helpersAnswers({
  opened = [],
  openedInAccounts = [],
}: Pick<FederationState, "opened" | "openedInAccounts">): HelperReport[] {
  return [...opened, ...openedInAccounts].sort((a, b) => a.helper - b.helper);
}

/** What a helper has opened, or why it has not. */
async function answerOf(
  objects: Objects,
  plan: Plan,
  { round, ended, execution }: FederationState,
  { context, begins }: OfRound,
  report: HelperReport,
): Promise<StoredOpening | SilentHelper> {
  const { helper } = report;
  if ("declined" in report) return { helper, ...report.declined };
  if ("error" in report) return silentHelper(plan, helper, report.error);
  try {
    const at = { round, attempt: execution.number, begins };
    const opening = await readOpening(objects, plan, at, helper, ended === null);
    // of one in its account what it has signed says which it is
    const isReported = "answered" in report || opening.sha256 === report.sha256;
    if (isReported && opening.header.contextSha256 === context) return opening;
    return {
      helper,
      error: "ObjectInvalid",
      cause: "its opened sums are not those that it has reported, or not of this round",
    };
  } catch (error) {
    if (!(error instanceof FedstepError && openingFaults.has(error.name))) throw error;
    return { helper, error: error.name, cause: error.message.slice(0, 400).toWellFormed() };
  }
}

/** An owner says a name alone, which has words here; no other text of its gets into a record. */
function silentHelper(
  { helpers }: Plan,
  helper: SilentHelper["helper"],
  { Error: error, Cause: cause = "" }: { readonly Error: string; readonly Cause?: string | undefined },
): SilentHelper {
  const account = helpers?.find((one) => one.helper === helper)?.account;
  if (account) return { helper, ...silentInAccount(error) };
  return { helper, error, cause: helpers ? (whySilent(error) ?? "") : cause };
}

const openingFaults = new Set(["ObjectMissing", "ObjectInvalid"]);

/** The most openings of one set of clients; of two as large the one with the first helper. */
function largestGroup(openings: readonly StoredOpening[]): readonly StoredOpening[] {
  const groups = openings.map((one) =>
    openings.filter(({ header }) => isDeepStrictEqual(header.clients, one.header.clients)),
  );
  return groups.reduce((most, group) => (group.length > most.length ? group : most), []);
}

/** Why a client is not in the sum. */
function silenceOf(
  plan: Plan,
  client: number,
  reports: readonly ClientReport[],
  because: string | undefined,
) {
  const report = reports.find((one) => one.client === client);
  if (report && "error" in report) {
    const { Error: error, Cause: cause = "" } = report.error;
    const place = plan.clients.find((one) => one.client === client)?.place;
    if (accountOf(place) !== undefined) return silentInAccount(error);
    const words = cause === "" && ownerOf(plan, client) ? whySilent(error) : undefined;
    return { error, cause: words ?? cause };
  }
  return { error: "BoxInvalid", cause: because ?? "no helper has found its boxes" };
}
