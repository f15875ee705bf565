import { isDeepStrictEqual } from "node:util";
import pLimit from "p-limit";
import type * as z from "zod";
import { cohortChanged, FedstepError } from "../../shared/errors.ts";
import { helperKeys } from "../../shared/layout.ts";
import { assertSummed } from "../../shared/rounds/assert-summed.ts";
import { openBox } from "../../shared/secure-aggregation/boxes.ts";
import { coordinatorsKeys } from "../../shared/secure-aggregation/helper-keys.ts";
import type { InSum } from "../../shared/secure-aggregation/minimum.ts";
import { type OpenedOnce, openedOnce } from "../../shared/secure-aggregation/records.ts";
import {
  contextOf,
  contextSha256,
  type RoundContext,
} from "../../shared/secure-aggregation/round-context.ts";
import { type OpenedClient, seedSums } from "../../shared/secure-aggregation/seed-sums.ts";
import type { HelperNumber } from "../../shared/secure-aggregation/seeds.ts";
import { type FederationState, type HelperReport, openSumsInput } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { steps } from "../../shared/workflow/steps.ts";
import { readBoxes, writeOpening } from "../../storage/masked-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { Plans } from "../../storage/plans.ts";
import type { Step } from "../invocation.ts";
import { openSumsFootprint } from "./footprint.ts";

type Input = z.output<typeof openSumsInput>;

/** A client that is not in a helper's sums, and why. */
interface Left {
  readonly client: number;
  readonly because: string;
}

/**
 * A helper's part in a round: opens its boxes of those who have reported, commits to the set of these clients for the model that the
 * round starts from, and writes the sums of the seeds' streams over them. It reads no update, and no seed but those in its boxes.
 */
export function openSums(objects: Objects): Step<Input, HelperReport> {
  const plans = new Plans(objects);
  return {
    name: openSumsFootprint.name,
    input: openSumsInput,
    errorCharacters: 400,
    async work({ run, plan: seal, helper, federation, reports }, invocation) {
      const from = Date.now();
      const { timed } = invocation;
      const plan = await plans.of(run, seal);
      // the model is not read: no box opens where another digest is said of it than the clients have
      const context = contextOf(run, seal, federation);
      const { opened, left } = await timed("read", () =>
        openBoxes(objects, plan, context, { helper, federation, reports }),
      );
      const enough = (some: readonly InSum[]) => assertEnough(plan, federation, some, left);
      const declined = problemOf(() => enough(opened));
      if (declined) return { helper, declined };
      const sumsOver = (some: readonly OpenedClient[]) => seedSums(plan, federation.ended, helper, some);
      // while the set is written, which mostly is all of them: nothing of these sums leaves before it stands
      const [set, ofAll] = await Promise.all([
        timed("write", () => commit(objects, context, helper, opened)),
        timed("aggregate", async () => sumsOver(opened)),
      ]);
      const because = "this model was opened before, and for a set of clients without it";
      const late = opened.filter(({ client }) => set.every((one) => one.client !== client));
      const summed = opened.filter(({ client }) => set.some((one) => one.client === client));
      enough(summed);
      const streams = late.length === 0 ? ofAll : await timed("aggregate", async () => sumsOver(summed));
      const header = {
        ...{ run, round: context.round, attempt: context.attempt, helper },
        contextSha256: contextSha256(context),
        clients: summed.map(inSum),
        left: [...left, ...late.map(({ client }) => ({ client, because }))],
      };
      const sha256 = await timed("write", () => writeOpening(objects, plan, header, streams));
      invocation.note({ helper, opened: summed.length, left: header.left.length });
      return { helper, sha256, from, to: Date.now(), usage: invocation.usage() };
    },
  };
}

const inSum = ({ client, task }: InSum): InSum => ({ client, task });

/** The helper's boxes of those who have reported: each is held against what the round is and what its client has reported. */
async function openBoxes(
  objects: Objects,
  plan: Plan,
  context: RoundContext,
  { helper, federation, reports }: Pick<Input, "helper" | "federation" | "reports">,
): Promise<{ readonly opened: readonly OpenedClient[]; readonly left: readonly Left[] }> {
  const own = (await coordinatorsKeys(plan.config.seed))[helper];
  const limit = pLimit(steps.openSums.boxReaders);
  const clients = federation.participants.toSorted((a, b) => a.client - b.client);
  const each = clients.map(({ client, task }) =>
    limit(async (): Promise<OpenedClient | Left | undefined> => {
      const report = reports.find((one) => one.client === client);
      if (!report || !("sha256" in report)) return undefined;
      try {
        const record = await readBoxes(objects, plan, context, { client, task, updateSha256: report.sha256 });
        return { client, task, seeds: await openBox(record, helper, own) };
      } catch (error) {
        if (error instanceof FedstepError && boxFaults.has(error.name)) {
          return { client, because: error.message.slice(0, 200).toWellFormed() };
        }
        throw error;
      }
    }),
  );
  const all = (await Promise.all(each)).filter((one) => one !== undefined);
  return {
    opened: all.filter((one): one is OpenedClient => "seeds" in one),
    left: all.filter((one): one is Left => "because" in one),
  };
}

/** Faults of what a client has sealed; anything else is a fault of the helper and is raised. */
const boxFaults = new Set(["ObjectMissing", "ObjectInvalid", "BoxInvalid"]);

/** @throws QuorumNotReached: what too few have sent is not opened, and binds nobody */
function assertEnough(
  plan: Plan,
  federation: FederationState,
  some: readonly InSum[],
  left: readonly Left[],
): void {
  const silent = federation.participants
    .filter(({ client }) => some.every((one) => one.client !== client))
    .map(({ client, task }) => ({
      ...{ client, task, error: "BoxInvalid" },
      cause: left.find((one) => one.client === client)?.because ?? "it has not reported",
    }));
  assertSummed(plan, federation, some, silent);
}

function problemOf(check: () => void): { error: string; cause: string } | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof FedstepError && error.name === "QuorumNotReached")) throw error;
    return { error: error.name, cause: error.message.slice(0, 400).toWellFormed() };
  }
}

/**
 * Commits to the set of clients under the digest of the global model, whatever run or attempt asks. Where it has opened another one
 * for that model before, the round goes on with that set, if all of it is here.
 * @throws CohortChanged where it is not: of two sets that differ by one client, that client's update is the difference
 */
async function commit(
  objects: Objects,
  { run, round, attempt, globalSha256 }: RoundContext,
  helper: HelperNumber,
  opened: readonly InSum[],
): Promise<readonly InSum[]> {
  const key = helperKeys.openedOnce(helper, globalSha256);
  const clients = opened.map(inSum);
  const first = { run, round, attempt };
  const stands: OpenedOnce = await objects.keepFirst(key, openedOnce, {
    globalSha256,
    helper,
    clients,
    first,
  });
  const lacking = stands.clients.filter((one) => !clients.some((here) => isDeepStrictEqual(here, one)));
  if (lacking.length === 0) return stands.clients;
  throw cohortChanged(
    `${key}: the model before round ${round} was opened for round ${stands.first.round} of run ${stands.first.run}, execution ` +
      `${stands.first.attempt}, with ${lacking.map(({ client, task }) => `client ${client} (${task})`).join(", ")}, which ` +
      "this round lacks, and is opened for no other set; resume the run once they report again, or start another run",
  );
}
