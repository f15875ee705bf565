import type { ClientOutcome, ClientProcedure } from "../../client/procedure.ts";
import type { Config } from "../../config/schema.ts";
import { distanceOf } from "../../metrics/drift.ts";
import { openStrategy } from "../../strategy/strategies.ts";
import type { Strategy } from "../../strategy/strategy.ts";
import { centralNoiseIn } from "../private-steps.ts";
import type { ClientGuarantee } from "../settings.ts";
import { sentShort, sentVectors, stateOfHidden, vectorNames } from "./vectors.ts";

/**
 * The strategy of a configuration; where the run hides its clients, composed with that: what it steps from is a noised mean, its
 * clients shorten their changes themselves before they send them, and its state says what was told of each round.
 */
export function strategyOf(config: Pick<Config, "federation" | "privacy">): Strategy {
  const strategy = openStrategy(config.federation.strategy);
  const guarantee = centralNoiseIn(config);
  if (!guarantee) return strategy;
  const adaptive = typeof guarantee.clip === "number" ? null : guarantee.clip;
  return {
    ...strategy,
    state: { ...strategy.state, ...stateOfHidden(adaptive?.initial ?? null) },
    client: clipped(strategy.client, guarantee),
  };
}

function clipped(client: ClientProcedure, { clip }: ClientGuarantee): ClientProcedure {
  const adaptive = typeof clip !== "number";
  return {
    ...client,
    ...(adaptive && { sends: { ...client.sends, vectors: { ...client.sends.vectors, ...sentVectors } } }),
    receives: [...client.receives, ...(adaptive ? [vectorNames.clip] : [])],
    async run(context) {
      const outcome = await client.run(context);
      if (!adaptive) return shortened(outcome, context.global, clip).outcome;
      const most = context.received[vectorNames.clip]?.[0] ?? clip.initial;
      const { outcome: shorter, isShort } = shortened(outcome, context.global, most);
      return { ...shorter, sent: { ...shorter.sent, [sentShort]: Float32Array.of(isShort ? 1 : 0) } };
    },
  };
}

/** What leaves a client is no longer than is counted of it. */
function shortened(
  outcome: ClientOutcome,
  global: Float32Array,
  clip: number,
): { readonly outcome: ClientOutcome; readonly isShort: boolean } {
  const { parameters } = outcome.trained;
  const norm = distanceOf(parameters, global);
  if (norm <= clip) return { outcome, isShort: true };
  const share = clip / norm;
  const shorter = global.map((w, i) => w + share * ((parameters[i] as number) - w));
  const trained = { ...outcome.trained, parameters: shorter, distance: distanceOf(shorter, global) };
  return { outcome: { ...outcome, trained }, isShort: false };
}
