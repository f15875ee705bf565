import type { Config } from "../config/schema.ts";
import type { AnyGuarantee, ClientGuarantee, GuaranteeSettings } from "./settings.ts";

/** What a client's training follows from. */
type Trains = Pick<Config, "training" | "privacy">;

/** The guarantee for examples that a configuration asks for; undefined where none. */
export function guaranteeIn({ privacy }: Pick<Config, "privacy">): GuaranteeSettings | undefined {
  return privacy.unit === "example" ? privacy : undefined;
}

/** The same for whole clients. */
export function clientGuaranteeIn({ privacy }: Pick<Config, "privacy">): ClientGuarantee | undefined {
  return privacy.unit === "client" ? privacy : undefined;
}

/** The same where the aggregator hides them, who sees what each has sent. */
export function centralNoiseIn(config: Pick<Config, "privacy">): ClientGuarantee | undefined {
  const guarantee = clientGuaranteeIn(config);
  return guarantee?.noise === "central" ? guarantee : undefined;
}

/** Whether clients add the noise of a sum together, behind masks: for examples or for themselves. */
export function addsNoiseTogether({ privacy }: Pick<Config, "privacy">): boolean {
  return privacy.unit !== "none" && privacy.noise === "distributed";
}

/** Whatever it promises. */
export function anyGuaranteeIn({ privacy }: Pick<Config, "privacy">): AnyGuarantee | undefined {
  return privacy.unit === "none" ? undefined : privacy;
}

/** The guarantee, where clients add its noise together to a sum that nobody sees before; undefined where not. */
export function sharedNoiseIn(config: Pick<Config, "privacy">): GuaranteeSettings | undefined {
  const guarantee = guaranteeIn(config);
  return guarantee?.noise === "distributed" ? guarantee : undefined;
}

/**
 * What a round's noise is to the accountant: with which probability whoever is protected is in a step. Which clients a round
 * selects is public, and hides none.
 */
export function samplingOf(guarantee: AnyGuarantee): number {
  return guarantee.unit === "client" ? 1 : guarantee.samplingRate;
}

/** Steps of a private training: training.localSteps, or as many as sample every example once an epoch in the mean. */
export function stepsOfTraining({ training }: Trains, { samplingRate }: GuaranteeSettings): number {
  return training.localSteps ?? Math.max(1, Math.round(training.localEpochs / samplingRate));
}

/**
 * Examples that a private training is said to see: what it samples in the mean, rounded. How many it did sample would tell
 * whether an example is there.
 * @param count that the client trains with
 */
export function seenInTraining(config: Trains, guarantee: GuaranteeSettings, count: number): number {
  return Math.round(stepsOfTraining(config, guarantee) * guarantee.samplingRate * count);
}
