import type { ChaosEvent } from "../../local/chaos/event.ts";
import type { Fault } from "../../local/chaos/fault.ts";
import type { FaultPlan } from "../../local/chaos/plan.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { quorumOf } from "../../shared/strategy/quorum.ts";
import { hasKept } from "../../shared/strategy/strategy.ts";
import { clients, type Situation } from "./situation.ts";

/** What has to come of a run, from its faults and the documented retries alone; it asks nothing of fedstep. */
export interface ExpectedOutcome {
  /** Names that the execution may fail by; none where it has to succeed. */
  readonly errors: ReadonlySet<string>;
  /** Who is left out of which round, as far as the run gets. */
  readonly silent: ReadonlyMap<number, ReadonlySet<number>>;
}

/** As docs/robustness.md has it: repetitions of what was throttled, and of what failed. */
const repetitions = { throttled: 10, failed: 3 };
/** Any two of whom suffice. */
const helpers = [1, 2, 3];
/** The AWS SDK tries three times. */
const sdkTries = 3;

const errorNames: Readonly<Record<string, string>> = {
  killed: "Runtime.ExitError",
  "out-of-memory": "Runtime.ExitError",
  "timed-out": "Sandbox.Timedout",
  throttled: "Lambda.TooManyRequestsException",
  "s3-error": "StorageUnavailable",
  "s3-slow-down": "StorageUnavailable",
};

export function predict({ plan, run, config, rounds, masked }: Situation): ExpectedOutcome {
  const keeps = hasKept(strategyOf(config));
  const errors = new Set<string>();
  const silent = new Map<number, Set<number>>();
  const step = (fn: ChaosEvent["function"], round: number | null) => {
    const { error } = deliveries(plan, { function: fn, run, round, client: null });
    if (error !== undefined) errors.add(error);
    return error === undefined;
  };
  const helps = (client: number, round: number) =>
    deliveries(plan, { function: "OpenSums", run, round, client }).error === undefined;
  if (!step("PrepareRun", null)) return { errors, silent };
  step("TrainBaseline", 0);
  // what the last client's model comes to is evaluated in one pass more
  let going = true;
  for (let round = 1; going && round <= rounds + 1; round++) {
    // what a client keeps for its next round it writes before its update
    const updateIsWrite = keeps && round <= rounds ? 2 : 1;
    const missing = new Set<number>();
    let lost = false;
    for (let client = 0; client < clients; client++) {
      const event = { function: "TrainClient", run, round, client } as const;
      const { error, stored } = deliveries(plan, event, updateIsWrite);
      // helpers open the masks of whoever has reported, and their sums are lost with one update
      if (masked ? error !== undefined : stored !== "good") missing.add(client);
      else if (stored !== "good") lost = true;
    }
    if (missing.size > 0) silent.set(round, missing);
    const met = clients - missing.size >= quorumOf(config.federation.quorum, clients);
    if (!met) errors.add("QuorumNotReached");
    const opened = !masked || helpers.filter((one) => helps(one, round)).length >= 2;
    if (met && !opened) errors.add("HelpersSilent");
    if (met && opened && lost) errors.add("MaskedUpdateLost");
    going = step("AggregateRound", round) && met && opened && !lost;
  }
  if (going) step("FinishRun", null);
  return { errors, silent };
}

interface Deliveries {
  /** The name that the state ends by when its repetitions are used up. */
  readonly error?: string;
  /** The client's update as it lies in S3 afterwards. */
  readonly stored: "none" | "good" | "damaged";
}

/** @param updateIsWrite which of its objects is the update */
function deliveries(plan: FaultPlan, event: Omit<ChaosEvent, "delivery">, updateIsWrite = 1): Deliveries {
  let stored: Deliveries["stored"] = "none";
  const left = { ...repetitions };
  for (let delivery = 1; ; delivery++) {
    const fault = plan({ ...event, delivery });
    if (fault?.fault === "update") {
      // what a delivery before it has stored is not written over
      return { stored: fault.damage === "absent" || stored !== "none" ? stored : "damaged" };
    }
    if (fault === undefined || isHarmless(fault)) return { stored: "good" };
    if ("afterWrite" in fault && fault.afterWrite !== null && fault.afterWrite >= updateIsWrite)
      stored = "good";
    const kind = fault.fault === "throttled" ? "throttled" : "failed";
    if (left[kind]-- === 0) return { error: errorNames[fault.fault] ?? fault.fault, stored };
  }
}

function isHarmless(fault: Fault): boolean {
  if (fault.fault === "delivered-twice") return true;
  return "tries" in fault && fault.tries < sdkTries;
}
