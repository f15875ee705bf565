import { openedKey, type PlacedClients, type PlacedHelpers, updateKey } from "../client/update-key.ts";
import { keys } from "../layout.ts";
import type { HelperNumber } from "../secure-aggregation/seeds.ts";
import type { RoundMetrics } from "../workflow/round-records.ts";

/** What of a round's metrics names the objects that its model was made of. */
export interface CountedRound extends Pick<RoundMetrics, "round" | "attempt"> {
  readonly updates: readonly Pick<RoundMetrics["updates"][number], "client">[];
  readonly masks: { readonly helpers: readonly { readonly helper: HelperNumber }[] };
}

/** An object that a model is recomputed from, by what it is. */
export interface RecomputedFrom {
  readonly of: "model" | "state" | "metrics" | "update" | "opening";
  readonly key: string;
}

/**
 * What the model of a masked round was made of: the model before, with the strategy's state (of which there may be none) and
 * the metrics beside it, the updates that count, and the sums that were opened.
 */
export function recomputedFrom(
  plan: PlacedClients & PlacedHelpers,
  { round, attempt, updates, masks }: CountedRound,
): RecomputedFrom[] {
  const { run } = plan;
  const before = round - 1;
  const execution = attempt ?? 1;
  return [
    { of: "model", key: keys.global(run, before) },
    // the start has neither
    ...(before === 0
      ? []
      : ([
          { of: "state", key: keys.roundState(run, before) },
          { of: "metrics", key: keys.roundMetrics(run, before) },
        ] as const)),
    ...updates.map(({ client }) => ({
      of: "update" as const,
      key: updateKey(plan, client, round, execution),
    })),
    ...masks.helpers.map(({ helper }) => ({
      of: "opening" as const,
      key: openedKey(plan, helper, round, execution),
    })),
  ];
}
