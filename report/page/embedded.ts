import type { AnySpec } from "../../shared/model/any-spec.ts";

/** Ids of the elements that the page and its script share. */
export const elements = {
  section: "try",
  models: "models",
  pad: "pad",
  clear: "clear",
  samples: "samples",
  seen: "seen",
  verdict: "verdict",
  predictions: "predictions",
} as const;

export type EmbeddedModelName = "federated" | "centralized";

/** The JSON in the page that holds the models: little-endian float32 as base64, by the layout. */
export interface EmbeddedModels {
  readonly model: AnySpec;
  /** What the classes are called. */
  readonly classes: readonly string[];
  readonly parameters: Readonly<Partial<Record<EmbeddedModelName, string>>>;
}
