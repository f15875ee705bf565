import * as z from "zod";
import type { StageKind, UpdateStage } from "./stage.ts";
import { stageKinds } from "./stages/kinds.ts";

type Kinds = typeof stageKinds;
type SettingsOfAll<K extends readonly StageKind[]> = { -readonly [I in keyof K]: K[I]["settings"] };

/** The section federation.update of a configuration: stages in their order on the client. */
export const stagesSettings = z
  .array(z.discriminatedUnion("stage", stageKinds.map(({ settings }) => settings) as SettingsOfAll<Kinds>))
  .max(16)
  .default([])
  .describe(
    "What is done to each client's update before it is sent, one stage after the other; what the server undoes, it undoes " +
      "in reverse.",
  );

export type StagesSettings = z.output<typeof stagesSettings>;

/** The stages that the settings list. */
export function openStages(list: StagesSettings): UpdateStage[] {
  return list.map((settings) => {
    const kind: StageKind | undefined = stageKinds.find(({ name }) => name === settings.stage);
    if (!kind) throw new RangeError(`there is no update stage ${settings.stage}`);
    return kind.open(settings);
  });
}
