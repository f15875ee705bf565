import { layoutOf } from "../model/spec.ts";
import type { Vectors } from "../model/vector-shape.ts";
import { clientMechanism } from "../privacy/clients/planned-mechanism.ts";
import { centralNoiseIn } from "../privacy/private-steps.ts";
import { unitsOf } from "../secure-aggregation/fixed-point.ts";
import { sumsIntegers } from "../secure-aggregation/settings.ts";
import type { ServerStart } from "../strategy/strategy.ts";
import type { Plan } from "../workflow/plan-record.ts";

/** What of a plan it follows from. */
export type StartPlan = Pick<Plan, "config" | "clients" | "model"> & Partial<Pick<Plan, "privacy">>;

/** What a strategy's server has at hand as a round starts, as the plan tells it. @param state of the strategy */
export function serverStartOf(
  { config, clients, model, privacy }: StartPlan,
  global: Float32Array,
  state: Vectors,
): ServerStart {
  const hides = centralNoiseIn(config) && clientMechanism(config, privacy, clients.length);
  return {
    global,
    layout: layoutOf(model),
    state,
    momentum: config.training.momentum,
    federationExamples: clients.reduce((sum, { train }) => sum + train, 0),
    federationClients: clients.length,
    ...(sumsIntegers(config) && { units: unitsOf(config.federation.secureAggregation) }),
    ...(hides && { hides }),
  };
}
