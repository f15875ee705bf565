import * as z from "zod";
import { bulyan } from "./bulyan.ts";
import type { Vectors } from "./client-update.ts";
import { fedAdagrad } from "./fedadagrad.ts";
import { fedAdam } from "./fedadam.ts";
import { fedAvg } from "./fedavg.ts";
import { fedAvgM } from "./fedavgm.ts";
import { fedNova } from "./fednova.ts";
import { fedProx } from "./fedprox.ts";
import { fedYogi } from "./fedyogi.ts";
import { krum } from "./krum.ts";
import { median } from "./median.ts";
import { multiKrum } from "./multi-krum.ts";
import { scaffold } from "./scaffold.ts";
import type { Strategy, StrategyKind } from "./strategy.ts";
import { trimmedMean } from "./trimmed-mean.ts";

/** A strategy is a file of its own, and stands here. */
const kinds = [
  fedAvg,
  fedAvgM,
  fedProx,
  fedAdagrad,
  fedAdam,
  fedYogi,
  scaffold,
  fedNova,
  median,
  trimmedMean,
  krum,
  multiKrum,
  bulyan,
] as const;

type Kinds = typeof kinds;
type ByName = { readonly [K in Kinds[number] as z.output<K["settings"]>["name"]]: K };

/** Every strategy by its name in the configuration. */
export const strategies = Object.fromEntries(kinds.map((kind) => [kind.name, kind])) as ByName;

export type StrategyName = keyof ByName;

/** Each strategy's own parameters, and no others; the name decides. */
export const strategySettings = z
  .discriminatedUnion("name", kinds.map(({ settings }) => settings) as SettingsOfAll<Kinds>)
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

/** The server's state before the first round. */
export function startState({ state }: Strategy, parameters: number): Vectors {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, new Float32Array(parameters).fill(value)]),
  );
}
