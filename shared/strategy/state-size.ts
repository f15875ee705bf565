import { mostClients } from "../config/partition.ts";
import type { ModelShape } from "../model/shape.ts";
import { vectorsSize } from "../model/vectors-size.ts";
import type { ObjectSize } from "../tensors/object-size.ts";
import type { Strategy } from "./strategy.ts";

/** Of a client's last accepted round with its digest, as JSON in JSON. */
const perClient = 160;

/** How large a strategy's state can be; that of a fork names clients of the run that it goes on from too. */
export function stateSize(shape: ModelShape, { state }: Strategy): ObjectSize {
  return vectorsSize(shape, Object.keys(state).length, perClient * mostClients);
}

/** How large what a client keeps can be. */
export function keptSize(shape: ModelShape, { client }: Strategy): ObjectSize {
  return vectorsSize(shape, client.keeps.length);
}
