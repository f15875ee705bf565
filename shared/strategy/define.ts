import * as z from "zod";
import { trainOnce } from "../client/procedure.ts";
import type { Strategy, StrategyKind } from "./strategy.ts";

type Common = Pick<Strategy, "weighting" | "needs" | "contributors" | "state" | "client">;

/** What a strategy is where it does not say otherwise: averaged by examples, without state, of clients that train once. */
const common: Common = {
  weighting: "examples",
  needs: { updates: 1, because: "an average takes one" },
  contributors: (updates) => updates,
  state: {},
  client: trainOnce,
};

/** What tells a strategy from the common ones. */
export type Particulars = Pick<Strategy, "reduction"> & Partial<Common>;

/** Of the settings; one strategy's may be left out. */
type NameField = z.ZodLiteral<string> | z.ZodDefault<z.ZodOptional<z.ZodLiteral<string>>>;

export function defineStrategy<Settings extends z.ZodObject<{ name: NameField }>>(
  settings: Settings,
  particulars: (settings: z.output<Settings>) => Particulars,
): StrategyKind<Settings> {
  return {
    name: nameIn(settings.shape.name),
    settings,
    open: (chosen) => ({ name: chosen.name, ...common, ...particulars(chosen) }),
  };
}

function nameIn(field: NameField): string {
  return (field instanceof z.ZodLiteral ? field : field.unwrap().unwrap()).value;
}
