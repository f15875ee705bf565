import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { hasMasks } from "../secure-aggregation/settings.ts";
import { openStrategy } from "../strategy/strategies.ts";
import { thresholdOf } from "../task/stop.ts";
import { everyClient, planPrivacy } from "./planned-privacy.ts";
import { guaranteeIn } from "./private-steps.ts";

/**
 * Whether what a configuration promises can be kept, as far as it tells by itself.
 * @throws ConfigInvalid naming the field to change, and why
 */
export function checkPrivacy(config: Config): void {
  const guarantee = guaranteeIn(config);
  if (!guarantee) return;
  const { epsilon, noiseMultiplier } = guarantee;
  if (epsilon === null && noiseMultiplier === null) {
    throw configInvalid(
      "privacy.epsilon: neither epsilon nor noiseMultiplier is given, of which one says how much noise is added; set " +
        "privacy.epsilon=8, for example",
    );
  }
  if (epsilon !== null && noiseMultiplier !== null) {
    throw configInvalid(
      `privacy.noiseMultiplier: got ${noiseMultiplier} beside privacy.epsilon ${epsilon}, and each follows from the other; ` +
        "set one of them to null",
    );
  }
  // whether there is noise that keeps it, and that can be counted
  planPrivacy(config, everyClient(config));
  const { baseline, federation, training } = config;
  if (baseline.enabled) {
    throw refused(
      "baseline.enabled",
      "true",
      "the baseline trains on all examples without noise, and its models and figures would tell of them",
      "set baseline.enabled=false; fedstep compare sets a run beside the same without privacy",
    );
  }
  const stops = thresholdOf(config, federation.stop) !== null || federation.stop.patience !== null;
  if (stops) {
    throw refused(
      "federation.stop",
      JSON.stringify(federation.stop),
      "which round it keeps would tell of the held-out examples that it is chosen by",
      "leave federation.stop out",
    );
  }
  if (hasMasks(config)) {
    throw refused(
      "federation.secureAggregation.helpers",
      String(federation.secureAggregation.helpers),
      "masked sums tell how the training went, which is withheld",
      "leave one of the two out",
    );
  }
  const { name, client } = openStrategy(federation.strategy);
  if (client.addsTerm) {
    throw refused(
      "federation.strategy",
      name,
      "its clients' steps have a term beside the gradient, which private steps do not have",
      "take another strategy, such as FedAvg or FedAdam",
    );
  }
  if (training.weightDecay !== 0) {
    throw refused(
      "training.weightDecay",
      String(training.weightDecay),
      "private steps have no term beside the gradient",
      "set training.weightDecay=0",
    );
  }
  if (training.trainer !== "kernel") {
    throw refused(
      "training.trainer",
      training.trainer,
      "the gradient of every single example has to be clipped, which fedstep's own kernel does",
      "set training.trainer=kernel",
    );
  }
}

/** @param examples that all clients train with @throws ConfigInvalid */
export function checkDelta(config: Pick<Config, "privacy">, examples: number): void {
  const guarantee = guaranteeIn(config);
  if (!guarantee || guarantee.delta * examples < 1) return;
  throw configInvalid(
    `privacy.delta: got ${guarantee.delta}, and with ${examples} training examples it lets one of them leave as it stands; ` +
      `take less than ${(1 / examples).toPrecision(1)}`,
  );
}

function refused(field: string, got: string, because: string, change: string) {
  return configInvalid(`${field}: got ${got}, which cannot go with privacy: ${because}; ${change}`);
}
