import { createHash } from "node:crypto";
import { type ChaosEvent, identityText } from "./event.ts";
import { damages, endings, type Fault, type ListedFault } from "./fault.ts";

/** What goes wrong with an event: the same for the same event, whenever and in whatever order it is asked. */
export type FaultPlan = (event: ChaosEvent) => Fault | undefined;

/** Of the faults that are drawn, the share that strikes every delivery of an event, so that no repetition cures them. */
const lastingShare = 0.1;

/** S3 fails at most so often in a row; the SDK gives up after three tries. */
const mostTries = 3;
/** A drawn fault ends a process after so many writes at the most; some functions write more, which a list can name. */
const mostWrites = 3;

/** Each delivery of an event fails with the given probability, in a way that its seed and its identity determine. */
export function drawnPlan(probability: number, seed: number): FaultPlan {
  return (event) => {
    const identity = identityText(event);
    // the label is part of what is drawn by: with another one every seed has other faults
    const lasting = drawsOf(seed, identity, "every attempt");
    if (lasting() < probability * lastingShare) return faultFrom(event, lasting);
    const once = drawsOf(seed, identity, String(event.delivery));
    return once() < probability ? faultFrom(event, once) : undefined;
  };
}

/** The faults of a list, each for the events that it names. */
export function listedPlan(faults: readonly ListedFault[]): FaultPlan {
  return (event) => {
    for (const { function: fn, run, round, client, delivery, ...fault } of faults) {
      // only a client sends updates
      if (fault.fault === "update" && event.function !== "TrainClient") continue;
      const asked = { function: fn, run, round, client, delivery };
      if (Object.entries(asked).every(([field, value]) => value === undefined || isOf(event, field, value)))
        return fault;
    }
    return undefined;
  };
}

function isOf(event: ChaosEvent, field: string, value: unknown): boolean {
  return event[field as keyof ChaosEvent] === value;
}

const kinds = [...endings, "throttled", "delivered-twice", "s3-error", "s3-slow-down"] as const;

/** Every kind is as likely as every other; of a client's, every damage to its update is a kind of its own. */
function faultFrom(event: ChaosEvent, draw: () => number): Fault {
  const pick = <T>(some: readonly T[]): T => some[Math.floor(draw() * some.length)] as T;
  const upTo = (most: number) => 1 + Math.floor(draw() * most);
  const kind = pick(event.function === "TrainClient" ? [...kinds, ...damages] : kinds);
  switch (kind) {
    case "killed":
    case "timed-out":
    case "out-of-memory":
      return { fault: kind, afterWrite: draw() < 0.5 ? null : upTo(mostWrites) };
    case "throttled":
    case "delivered-twice":
      return { fault: kind };
    case "s3-error":
    case "s3-slow-down":
      return { fault: kind, method: pick(["GET", "PUT"] as const), tries: upTo(mostTries) };
    default:
      return { fault: "update", damage: kind, at: draw() };
  }
}

/** Numbers in [0, 1) that SHA-256 makes of the seed and the identity; eight of them, more than a fault takes. */
function drawsOf(seed: number, ...identity: readonly string[]): () => number {
  const digest = createHash("sha256")
    .update(JSON.stringify(["chaos", seed, ...identity]))
    .digest();
  let at = 0;
  return () => {
    const value = digest.readUInt32LE(at) / 2 ** 32;
    at += 4;
    return value;
  };
}
