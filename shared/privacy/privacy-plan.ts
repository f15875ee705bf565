import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { selectedCount } from "../rounds/selection.ts";
import { type ClientNoise, clientNoise } from "./clients/privacy-plan.ts";
import { everyClient, planPrivacy } from "./planned-privacy.ts";
import { anyGuaranteeIn, sharedNoiseIn } from "./private-steps.ts";
import { sharesOf } from "./shares.ts";
import { type SpentPrivacy, spentPrivacyOf } from "./spent.ts";

/** What a configuration's promise comes to before there is any data. */
export type PrivacyPlan = ExamplePrivacyPlan | ClientPrivacyPlan;

/** The same where whole clients are hidden. */
export interface ClientPrivacyPlan extends SpentPrivacy, ClientNoise {
  readonly unit: "client";
  readonly parameters: number;
}

/** The same where examples are. */
export interface ExamplePrivacyPlan extends SpentPrivacy {
  readonly unit: "example";
  readonly samplingRate: number;
  readonly clip: number;
  /** Of a client in a round. */
  readonly stepsOfRound: number;
  /** Examples of those that a step is over, one client or all of a round, and what it samples of them in the mean. */
  readonly train: number;
  readonly sampled: number;
  readonly parameters: number;
  /**
   * Expected length of a step's noise, sigma C sqrt(d), and the same by the most that the sampled examples' gradients
   * together can have, C q n.
   */
  readonly noiseNorm: number;
  readonly noiseShare: number;
}

/** @param size training examples of a client, and parameters of the model @throws ConfigInvalid, PrivacyInvalid */
export function privacyPlanOf(
  config: Config,
  { train, parameters }: { readonly train: number; readonly parameters: number },
): PrivacyPlan {
  const clients = everyClient(config);
  const guarantee = anyGuaranteeIn(config);
  const planned = planPrivacy(config, clients);
  const spent = spentPrivacyOf(config, planned, new Array(config.federation.rounds).fill(1), clients);
  if (!guarantee || !planned || !spent) throw configInvalid("privacy.unit: is none, and promises nothing");
  if (guarantee.unit === "client") {
    const noise = clientNoise(config, planned, { clients: clients.length, parameters });
    if (!noise) throw configInvalid("privacy.unit: hides clients, and no round would");
    return { unit: "client", ...spent, ...noise, parameters };
  }
  const { samplingRate, clip } = guarantee;
  const together = sharedNoiseIn(config) ? selectedCount(config.federation, clients.length) : 1;
  const sampled = samplingRate * train * together;
  const noiseNorm = planned.noiseMultiplier * clip * Math.sqrt(parameters * sharesOf(config, together));
  return {
    unit: "example",
    ...spent,
    ...{ samplingRate, clip, stepsOfRound: planned.steps, train: train * together, sampled, parameters },
    ...{ noiseNorm, noiseShare: noiseNorm / (clip * sampled) },
  };
}
