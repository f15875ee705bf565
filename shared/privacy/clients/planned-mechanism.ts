import type { Config } from "../../config/schema.ts";
import { selectedCount } from "../../rounds/selection.ts";
import type { PlannedPrivacy } from "../planned-privacy.ts";
import { clientGuaranteeIn } from "../private-steps.ts";
import type { ClientMechanism } from "./mechanism.ts";

/** @param clients of the federation @returns undefined where nothing hides them */
export function clientMechanism(
  config: Config,
  planned: Pick<PlannedPrivacy, "noiseMultiplier"> | undefined,
  clients: number,
): ClientMechanism | undefined {
  const guarantee = clientGuaranteeIn(config);
  if (!guarantee || !planned) return undefined;
  const { clip, fullWeight } = guarantee;
  const { noiseMultiplier } = planned;
  const cohort = selectedCount(config.federation, clients);
  if (typeof clip === "number") return { noiseMultiplier, cohort, fullWeight, clip, adaptive: null };
  const { initial, ...adaptive } = clip;
  return { noiseMultiplier, cohort, fullWeight, clip: initial, adaptive };
}
