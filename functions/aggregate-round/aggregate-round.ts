import type * as z from "zod";
import { allowanceOf } from "../../cloud/allowance.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { busyTime } from "../../shared/metrics/busy.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { nextRound } from "../../shared/rounds/next-round.ts";
import { hasState } from "../../shared/strategy/strategy.ts";
import { roundLink } from "../../shared/workflow/chain.ts";
import {
  aggregateRoundInput,
  type ClientReport,
  type FederationState,
  type HelperReport,
} from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { figuresBytes } from "../../shared/workflow/record-size.ts";
import { roundTimes } from "../../shared/workflow/round-records.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import { writeGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { Plans } from "../../storage/plans.ts";
import { writeState } from "../../storage/strategy-objects.ts";
import { footprints } from "../footprints.ts";
import type { Invocation, Step } from "../invocation.ts";
import { helpersAnswers } from "./agreed-set.ts";
import { type DecidedRound, decideRound } from "./decided-round.ts";
import { aggregateRoundFootprint } from "./footprint.ts";
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
    name: aggregateRoundFootprint.name,
    input: aggregateRoundInput,
    async work({ run, plan: seal, federation, reports }, invocation) {
      const from = Date.now();
      const { round } = federation;
      const { timed } = invocation;
      const plan = await plans.of(run, seal);
      const decided = await timed("read", () => decideRound(objects, plan, seal, federation, reports));
      const { before, ended, reported, silent } = decided;
      publishFailures(plan, round, silent, false);

      const next = await nextModel(objects, plan, round, decided, timed);
      const outcome = decided.outcome(next);
      if (next) {
        const link = { ...roundLink(before.chainSha256, outcome), weightsSha256: next.weightsSha256 };
        await timed("write", () => writeGlobal(objects, plan, round, next.parameters, link));
      }
      const now = Date.now();
      // what is billed after this is little, and the records would not add up to it
      const all = [...reports, ...helpersAnswers(federation)];
      const usage = addUsage(...all.flatMap(usageOf), invocation.usage());
      const took = await timed("write", () =>
        objects.keepFirst(keys.roundTimes(run, round), roundTimes, {
          seconds: (now - federation.startedAt) / 1000,
          timing: {
            training:
              busyTime(reports.flatMap((report) => timeOf(report, federation.startedAt, from))) / 1000,
            aggregation: (now - from) / 1000,
          },
          usage,
        }),
      );
      // last: where metrics stand, all of the round does
      await timed("write", () =>
        objects.putRecord(keys.roundMetrics(run, round), outcome, figuresBytes(plan), "unread"),
      );
      const state = { ...federation, ended };
      const spent = addUsage(federation.usage, took.usage);
      publishRound(plan, { ...outcome, ...took });
      invocation.note({ reported, silent });
      return {
        ...nextRound(plan, allowanceOf(plan, deployment, footprints), state, outcome, spent),
        ...(federation.owners && { owners: federation.owners }),
        chainSha256: outcome.chainSha256,
        weightsSha256: next?.weightsSha256 ?? before.weightsSha256,
        startedAt: Date.now(),
        usage: spent,
      };
    },
  };
}

/**
 * The next model, whose state is stored by then: where a global model stands, the next round can go on from it. null after the final
 * pass.
 */
async function nextModel(
  objects: Objects,
  plan: Plan,
  round: number,
  decided: DecidedRound,
  timed: Invocation["timed"],
) {
  const next = await timed("aggregate", async () => decided.next());
  if (!next) return null;
  const { parameters, state } = next;
  const strategy = strategyOf(plan.config);
  const stateSha256 = hasState(strategy)
    ? await timed("write", () => writeState(objects, plan, strategy, round, state))
    : null;
  return { parameters, weightsSha256: await weightsSha256(parameters), stateSha256 };
}

function usageOf(report: ClientReport | HelperReport) {
  return "usage" in report ? [report.usage] : [];
}

/** When a client was at work; of who does not say it, in an account of its own, between which times it was asked to. */
function timeOf(report: ClientReport, asked: number, ended: number) {
  if ("from" in report) return [report];
  return "answered" in report ? [{ from: asked, to: ended }] : [];
}
