import type { Config } from "../../config/schema.ts";
import { configInvalid } from "../../errors.ts";
import { selectedCount } from "../../rounds/selection.ts";
import { openStrategy } from "../../strategy/strategies.ts";
import type { PlannedPrivacy } from "../planned-privacy.ts";
import type { ClientGuarantee } from "../settings.ts";
import { countNoise, sumNoise } from "./adaptive-clip.ts";
import { mostClientNoise } from "./grid.ts";

/** What cannot go with hiding whole clients, by the field to change; undefined where nothing. */
export function refusedBesideClients(
  { federation }: Pick<Config, "federation">,
  { noise, clip }: ClientGuarantee,
):
  | { readonly field: string; readonly got: string; readonly because: string; readonly change: string }
  | undefined {
  const { name, reduction, client } = openStrategy(federation.strategy);
  const strategy = { field: "federation.strategy", got: name };
  if (reduction.kind !== "sum") {
    return {
      ...strategy,
      because: "it holds single updates against each other, and its model tells of the one that it chooses",
      change: "take a strategy that sums, such as FedAvg or FedAdam",
    };
  }
  if (Object.keys(client.sends.vectors).length > 0 || Object.keys(client.keeps).length > 0) {
    return {
      ...strategy,
      because: "its clients send vectors beside their changes, which nothing shortens",
      change: "take another strategy, such as FedAvg or FedAdam",
    };
  }
  if (reduction.weight || reduction.numbers) {
    return {
      ...strategy,
      because:
        "it weighs changes by the clients' steps, and divides by their sum, which tells of each of them",
      change: "take another strategy, such as FedAvg or FedAdam",
    };
  }
  const { helpers } = federation.secureAggregation;
  if (noise === "central" && helpers !== null && helpers !== "none") {
    return {
      field: "federation.secureAggregation.helpers",
      got: helpers,
      because:
        "the aggregator shortens each change again and adds the noise itself, for which it has to see them",
      change: "leave federation.secureAggregation out, or set privacy.noise=distributed",
    };
  }
  if (noise === "distributed" && typeof clip !== "number") {
    return {
      field: "privacy.clip",
      got: JSON.stringify(clip),
      because:
        "with distributed noise clients send their changes alone, and nobody counts those that are short enough",
      change: "give a number, or set privacy.noise=central",
    };
  }
  if (federation.update.length > 0) {
    return {
      field: "federation.update",
      got: JSON.stringify(federation.update),
      because: "changes are shortened to privacy.clip already, and the noise is reckoned for that",
      change: "leave federation.update out",
    };
  }
  return undefined;
}

/** @throws ConfigInvalid where there is no noise that a round could draw for it */
export function checkClientNoise(
  { federation, partition }: Pick<Config, "federation" | "partition">,
  { clip, delta, noiseMultiplier }: ClientGuarantee,
  planned: Pick<PlannedPrivacy, "noiseMultiplier">,
): void {
  const field = noiseMultiplier === null ? "privacy.epsilon" : "privacy.noiseMultiplier";
  const cohort = selectedCount(federation, partition.clients);
  const adaptive = typeof clip !== "number";
  const needed = adaptive ? sumNoise(planned.noiseMultiplier, cohort) : planned.noiseMultiplier;
  if (needed === Number.POSITIVE_INFINITY) {
    throw configInvalid(
      `privacy.clip: follows the norms of ${cohort} clients a round, and the noise of their count, ${countNoise(cohort)}, tells ` +
        `as much as all noise may that is asked for, ${planned.noiseMultiplier}; select more clients, or give a number`,
    );
  }
  if (needed > mostClientNoise) {
    throw configInvalid(
      `${field}: takes noise of ${needed.toPrecision(4)} times the clip, and ${mostClientNoise} is the most; with so much nothing ` +
        "is learned: take less, or fewer rounds",
    );
  }
  if (delta * partition.clients >= 1) {
    throw configInvalid(
      `privacy.delta: got ${delta}, and with ${partition.clients} clients it lets one of them leave as it stands; take less than ` +
        `${(1 / partition.clients).toPrecision(1)}`,
    );
  }
}
