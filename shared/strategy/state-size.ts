import type { ModelSpec } from "../model/spec.ts";
import { vectorsSize } from "../model/vectors-size.ts";
import { mostClients } from "../partition/settings.ts";
import type { ObjectSize } from "../tensors/object-size.ts";
import { type Strategy, stateShapes } from "./strategy.ts";

/** Of a client's last accepted round with its digest, as JSON in JSON. */
const perClient = 160;

/** How large a strategy's state can be; that of a fork names clients of the run that it goes on from too. */
export function stateSize(model: ModelSpec, strategy: Strategy): ObjectSize {
  return vectorsSize(model, Object.values(stateShapes(strategy)), perClient * mostClients);
}

/** How large what a client keeps can be. */
export function keptSize(model: ModelSpec, { client }: Strategy): ObjectSize {
  return vectorsSize(model, Object.values(client.keeps));
}
