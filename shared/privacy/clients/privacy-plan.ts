import type { Config } from "../../config/schema.ts";
import type { PlannedPrivacy } from "../planned-privacy.ts";
import { sharesOf } from "../shares.ts";
import { sumNoise } from "./adaptive-clip.ts";
import { clientMechanism } from "./planned-mechanism.ts";

/** How loud the noise is that hides whole clients. */
export interface ClientNoise {
  /** Longest change of a client; where it follows their norms, in the first round. */
  readonly clip: number;
  /** Clients that a round selects. */
  readonly cohort: number;
  /** Deviation of the noise of the sum, in multiples of the clip. */
  readonly sumNoise: number;
  /**
   * Expected length of the noise in the mean change of a round, sigma sqrt(d) / m, in multiples of the clip: the mean of changes
   * that all point the same way is no longer than one.
   */
  readonly noiseShare: number;
}

/** @param clients of the federation @returns undefined where nothing hides them */
export function clientNoise(
  config: Config,
  planned: Pick<PlannedPrivacy, "noiseMultiplier"> | undefined,
  { clients, parameters }: { readonly clients: number; readonly parameters: number },
): ClientNoise | undefined {
  const mechanism = clientMechanism(config, planned, clients);
  if (!mechanism) return undefined;
  const { noiseMultiplier, cohort, clip, adaptive } = mechanism;
  const ofSum = adaptive ? sumNoise(noiseMultiplier, cohort) : noiseMultiplier;
  // what clients add together is more than it takes where more are there than have to be
  const told = ofSum * Math.sqrt(sharesOf(config, cohort));
  return { clip, cohort, sumNoise: ofSum, noiseShare: noiseOfMean(told, parameters, cohort) };
}

/** Expected length of the noise in a mean, in multiples of the longest part of it. */
export function noiseOfMean(noiseMultiplier: number, parameters: number, cohort: number): number {
  return (noiseMultiplier * Math.sqrt(parameters)) / cohort;
}

/** What is wrong with so few clients, with the figure; undefined where they are enough. */
export function tooFewClients({ noiseShare, cohort }: ClientNoise): string | undefined {
  if (noiseShare <= 1) return undefined;
  return (
    `the noise in the mean change of ${cohort} clients is ${noiseShare.toPrecision(3)} times as long as any client's change may be, and ` +
    "drowns it; hundreds to thousands of clients are usual for privacy.unit=client, and for fewer privacy.unit=example"
  );
}
