import { type ClientProcedure, sentShapes } from "../shared/client/procedure.ts";
import type { Config } from "../shared/config/schema.ts";
import { lengthOf, lengthOfAll, type TensorShape } from "../shared/model/vector-shape.ts";
import { strategyOf } from "../shared/privacy/clients/strategy-of.ts";
import { anyGuaranteeIn, centralNoiseIn } from "../shared/privacy/private-steps.ts";
import { hasKept, hasState, stateShapes } from "../shared/strategy/strategy.ts";

/** Which objects a strategy has beside models and updates: by these its requests are counted. */
export interface StrategyObjects {
  /** Whether a round leaves a state. */
  readonly stateful: boolean;
  /** Whether clients read it. */
  readonly stateRead: boolean;
  /** Whether clients keep anything. */
  readonly kept: boolean;
  /** Whether the keys of simulated clients are an object. */
  readonly keyed: boolean;
  /** Whether each round's sums have noise, and the aggregator a key for it. */
  readonly hidden: boolean;
}

/** Numbers of values: by these memory, sizes and time are reckoned. */
export interface StrategyVectors extends StrategyObjects {
  readonly state: number;
  /** Of the state, what clients receive. */
  readonly receives: number;
  readonly keeps: number;
  /** In an update, the model among them where it is sent. */
  readonly sends: number;
  readonly sendsModel: boolean;
  /** Whether updates are added up as they come in; else all of a round are held. */
  readonly summed: boolean;
  /** What a client does in a round in which it trains. */
  readonly work: ClientProcedure["work"];
}

export function strategyObjects(config: Pick<Config, "federation" | "privacy">): StrategyObjects {
  const strategy = strategyOf(config);
  const [stateful, kept] = [hasState(strategy), hasKept(strategy)];
  const keyed = anyGuaranteeIn(config) !== undefined;
  const hidden = centralNoiseIn(config) !== undefined;
  return {
    stateful,
    kept,
    keyed,
    hidden,
    stateRead: kept || (stateful && strategy.client.receives.length > 0),
  };
}

/** @param model its tensors, in the order of its layout */
export function strategyVectors(
  config: Pick<Config, "federation" | "privacy">,
  model: readonly TensorShape[],
): StrategyVectors {
  const strategy = strategyOf(config);
  const { receives, keeps, sends, work } = strategy.client;
  const received = Object.entries(stateShapes(strategy)).filter(([name]) => receives.includes(name));
  return {
    ...strategyObjects(config),
    state: lengthOfAll(stateShapes(strategy), model),
    receives: lengthOfAll(Object.fromEntries(received), model),
    keeps: lengthOfAll(keeps, model),
    sends: lengthOf(sentShapes(strategy.client).flatMap((shapeOf) => shapeOf(model))),
    sendsModel: sends.model,
    summed: strategy.reduction.kind === "sum",
    work,
  };
}
