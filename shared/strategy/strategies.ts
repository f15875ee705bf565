import * as z from "zod";
import { lengthOf, type TensorShape, type Vectors } from "../model/vector-shape.ts";
import { strategyKinds } from "./kinds.ts";
import type { Strategy, StrategyKind } from "./strategy.ts";

type Kinds = typeof strategyKinds;
type ByName = { readonly [K in Kinds[number] as z.output<K["settings"]>["name"]]: K };

/** Every strategy by its name in the configuration. */
export const strategies = Object.fromEntries(strategyKinds.map((kind) => [kind.name, kind])) as ByName;

export type StrategyName = keyof ByName;

/** Each strategy's own parameters, and no others; the name decides. */
export const strategySettings = z
  .discriminatedUnion("name", strategyKinds.map(({ settings }) => settings) as SettingsOfAll<Kinds>)
  .describe("How the clients' updates become the next global model.");

type SettingsOfAll<K extends readonly StrategyKind[]> = { -readonly [I in keyof K]: K[I]["settings"] };

export type StrategySettings = z.output<typeof strategySettings>;

type SettingsOf = { readonly [S in StrategySettings as S["name"]]: S };
type Openers = { readonly [N in StrategyName]: { open(settings: SettingsOf[N]): Strategy } };

/** The strategy that the settings describe. */
export function openStrategy<N extends StrategyName>(
  settings: SettingsOf[N] & { readonly name: N },
): Strategy {
  const openers: Openers = strategies;
  const name: N = settings.name;
  return openers[name].open(settings);
}

/**
 * The server's state before the first round.
 * @param model its tensors, in the order of its layout
 */
export function startState({ state }: Strategy, model: readonly TensorShape[]): Vectors {
  return Object.fromEntries(
    Object.entries(state).map(([name, { shape, initial }]) => [
      name,
      new Float32Array(lengthOf(shape(model))).fill(initial),
    ]),
  );
}
