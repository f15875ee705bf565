import type * as z from "zod";
import type { ClientRandom } from "../client/randomness.ts";
import type { ClientUpdate } from "../client/update.ts";
import type { ServerStart, Sums } from "../strategy/strategy.ts";

/** What client and server both know as a round starts. */
export type StageStart = Pick<ServerStart, "global" | "layout">;

interface EveryStage {
  readonly name: string;
  /** Whether it works on the model alone, so that whatever else an update holds would escape it. */
  readonly takes: "model" | "update";
  /** Stages and strategies that it cannot go with, by their names in the configuration. */
  readonly cannot: readonly { readonly with: string; readonly because: string }[];
  /** What a client sends in place of what it is about to send: vectors of the same names and lengths. */
  client(update: ClientUpdate, start: StageStart, random: ClientRandom): ClientUpdate;
  /** What is false of an update as this stage leaves it; undefined where nothing is. Honest rounding is not. */
  refute?(update: ClientUpdate, start: StageStart): string | undefined;
  /** Whether what holds for updates holds for their means too, so that of masked ones the mean is held against it. */
  readonly convex?: boolean;
}

/** Whose updates may be held against each other: its server's half, if any, undoes it in each of them. */
interface StageOfAny extends EveryStage {
  readonly needs: "any";
  server?(update: ClientUpdate, start: StageStart): ClientUpdate;
}

/** Whose updates mean nothing but in their sum, where its server's half, if any, undoes it. */
interface StageOfSum extends EveryStage {
  readonly needs: "sum";
  server?(sums: Sums, start: ServerStart): Sums;
}

/**
 * What is done to a client's update between its procedure and the server: on the client before it is sent, and where a
 * stage has a server's half, undone there. Neither writes to what goes in.
 */
export type UpdateStage = StageOfAny | StageOfSum;

/** A stage before its parameters are known. */
export interface StageKind<Settings extends z.ZodType = z.ZodType> {
  /** In the configuration. */
  readonly name: string;
  readonly settings: Settings;
  open(settings: z.output<Settings>): UpdateStage;
}

type WithoutName<Stage> = Stage extends unknown ? Omit<Stage, "name"> : never;

/** @param settings with a field stage, which names it */
export function defineStage<Settings extends z.ZodObject<{ stage: z.ZodLiteral<string> }>>(
  settings: Settings,
  particulars: (settings: z.output<Settings>) => WithoutName<UpdateStage>,
): StageKind<Settings> {
  const name = settings.shape.stage.value;
  return { name, settings, open: (chosen) => ({ name, ...particulars(chosen) }) };
}
