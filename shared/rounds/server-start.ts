import { layoutOf } from "../model/spec.ts";
import type { Vectors } from "../model/vector-shape.ts";
import { unitsOf } from "../secure-aggregation/fixed-point.ts";
import { sumsIntegers } from "../secure-aggregation/settings.ts";
import type { ServerStart } from "../strategy/strategy.ts";
import type { Plan } from "../workflow/plan-record.ts";

/** What a strategy's server has at hand as a round starts, as the plan tells it. @param state of the strategy */
export function serverStartOf(
  { config, clients, model }: Pick<Plan, "config" | "clients" | "model">,
  global: Float32Array,
  state: Vectors,
): ServerStart {
  return {
    global,
    layout: layoutOf(model),
    state,
    momentum: config.training.momentum,
    federationExamples: clients.reduce((sum, { train }) => sum + train, 0),
    federationClients: clients.length,
    ...(sumsIntegers(config) && { units: unitsOf(config.federation.secureAggregation) }),
  };
}
