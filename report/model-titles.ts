import type { ModelName } from "../shared/layout.ts";

/** What people read for a model. */
export const modelTitles: Readonly<Record<ModelName, string>> = {
  federated: "federated",
  baseline: "centralized",
};
