import type * as z from "zod";
import { weightsSha256 } from "../../shared/digest.ts";
import { quorumNotReached } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { busyTime } from "../../shared/metrics/busy.ts";
import { roundOutcomeOf } from "../../shared/metrics/round-metrics.ts";
import { nextRound } from "../../shared/rounds/next-round.ts";
import { assertQuorum, whoIsSilent } from "../../shared/strategy/quorum.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { hasState, type Strategy } from "../../shared/strategy/strategy.ts";
import { roundLink } from "../../shared/workflow/chain.ts";
import type { Deployment } from "../../shared/workflow/deployment.ts";
import {
  aggregateRoundInput,
  type ClientReport,
  type FederationState,
} from "../../shared/workflow/payloads.ts";
import type { Plan, RoundMetrics } from "../../shared/workflow/records.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import { type LinkedGlobal, readLinkedGlobal, writeGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { Plans } from "../../storage/plans.ts";
import { readState, type StrategyState, writeState } from "../../storage/strategy-objects.ts";
import { type CheckedUpdate, type RoundUpdates, readUpdates } from "../../storage/update-objects.ts";
import type { Invocation, Step } from "../invocation.ts";
import { publishFailures, publishRound } from "./publish-round.ts";

/**
 * Ends a round: the updates that exist and pass the checks become the next global model, if the quorum is met. It
 * never sees an example, and has no right to.
 */
export function aggregateRound(
  objects: Objects,
  deployment: Deployment,
): Step<z.output<typeof aggregateRoundInput>, FederationState> {
  const plans = new Plans(objects);
  return {
    name: "AggregateRound",
    input: aggregateRoundInput,
    async work({ run, plan: seal, federation, reports }, invocation) {
      const from = Date.now();
      const { round, ended } = federation;
      const { timed } = invocation;
      const plan = await plans.of(run, seal);
      const strategy = openStrategy(plan.config.federation.strategy);
      // first, since every update is held against them as it comes in; and what is wrong with them is no client's fault
      const before = await timed("read", () =>
        readLinkedGlobal(objects, plan, round - 1, federation.chainSha256),
      );
      // the final pass goes on from nothing
      const state =
        ended === null
          ? await timed("read", () => readState(objects, plan, strategy, round - 1, before.stateSha256))
          : null;
      const start = state && {
        global: before.parameters,
        state: state.vectors,
        medianNorm: federation.medianNorm,
      };
      const received = await timed("read", () =>
        readUpdates(objects, plan, strategy, federation, reports, start),
      );
      try {
        checkReports(plan, federation, received);
      } catch (error) {
        publishFailures(plan, round, received.silent.length, true);
        throw error;
      }
      publishFailures(plan, round, received.silent.length, false);

      const next =
        state &&
        (await nextModel(objects, plan, round, strategy, { before, state }, received.updates, timed));
      const outcome = roundOutcomeOf(plan, round, received, { before, after: next });
      if (next) {
        const link = { ...roundLink(before.chainSha256, outcome), weightsSha256: next.weightsSha256 };
        await timed("write", () => writeGlobal(objects, plan, round, next.parameters, link));
      }
      const now = Date.now();
      // what is billed after this is little, and the records would not add up to it
      const usage = addUsage(...reports.flatMap(usageOf), invocation.usage());
      const took = {
        seconds: (now - federation.startedAt) / 1000,
        timing: {
          training: busyTime(reports.filter((report) => "from" in report)) / 1000,
          aggregation: (now - from) / 1000,
        },
        usage,
      };
      const metrics: RoundMetrics = { ...outcome, ...took };
      await timed("write", () => objects.putRecord(keys.roundMetrics(run, round), metrics));
      const spent = addUsage(federation.usage, usage);
      publishRound(plan, metrics);
      invocation.note({ reported: received.updates.length, silent: received.silent.length });
      return {
        ...nextRound(plan, deployment, federation, metrics, spent),
        chainSha256: outcome.chainSha256,
        startedAt: Date.now(),
        usage: spent,
      };
    },
  };
}

/** What a round that trains begins with. */
interface Start {
  readonly before: LinkedGlobal;
  readonly state: StrategyState;
}

/** The next model, whose state is stored by then: where a global model stands, the next round can go on from it. */
async function nextModel(
  objects: Objects,
  plan: Plan,
  round: number,
  strategy: Strategy,
  { before, state }: Start,
  received: readonly CheckedUpdate[],
  timed: Invocation["timed"],
) {
  const updates = received.filter(({ task }) => task === "train");
  const { parameters, state: after } = await timed("aggregate", async () =>
    strategy.aggregate({
      global: before.parameters,
      state: state.vectors,
      updates,
      momentum: plan.config.training.momentum,
      federationExamples: plan.clients.reduce((sum, { train }) => sum + train, 0),
    }),
  );
  const stateSha256 = hasState(strategy)
    ? await timed("write", () => {
        const ofRound = updates.map(({ client, keptSha256 }) => [client, { round, keptSha256 }]);
        const accepted = { ...state.accepted, ...Object.fromEntries(ofRound) };
        return writeState(objects, plan, round, { vectors: after, accepted });
      })
    : null;
  return { parameters, weightsSha256: await weightsSha256(parameters), stateSha256 };
}

/**
 * The quorum is one of those who train; in the final pass, of those who evaluate.
 * @throws QuorumNotReached
 */
function checkReports(
  { config }: Plan,
  { round, participants, ended }: FederationState,
  { updates, silent }: RoundUpdates,
): void {
  const asked = ended === null ? "train" : "evaluate";
  const ofAsked = <T extends { task: string }>(some: readonly T[]) =>
    some.filter(({ task }) => task === asked);
  assertQuorum(
    config.federation.quorum,
    ofAsked(participants).length,
    { updates: ofAsked(updates), silent: ofAsked(silent) },
    round,
  );
  if (updates.some(({ evaluation }) => evaluation.examples > 0)) return;
  throw quorumNotReached(`round ${round}: nobody evaluated the global model (${whoIsSilent(silent)})`);
}

function usageOf(report: ClientReport) {
  return "usage" in report ? [report.usage] : [];
}
