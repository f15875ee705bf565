import { trainOnce } from "../client/procedure.ts";
import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { hasMasks } from "../secure-aggregation/settings.ts";
import { openStrategy } from "../strategy/strategies.ts";
import { thresholdOf } from "../task/stop.ts";
import { checkClientNoise, refusedBesideClients } from "./clients/check.ts";
import { everyClient, planPrivacy } from "./planned-privacy.ts";
import { anyGuaranteeIn, guaranteeIn } from "./private-steps.ts";
import type { AnyGuarantee } from "./settings.ts";

/**
 * Whether what a configuration promises can be kept, as far as it tells by itself.
 * @throws ConfigInvalid naming the field to change, and why
 */
export function checkPrivacy(config: Config): void {
  const guarantee = anyGuaranteeIn(config);
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
  const planned = planPrivacy(config, everyClient(config));
  if (guarantee.noise === "distributed") {
    checkShares(config, guarantee);
    if (guarantee.unit === "example") checkDistributed(config);
  }
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
  if (guarantee.noise === "local" && hasMasks(config)) {
    throw refused(
      "federation.secureAggregation.helpers",
      String(federation.secureAggregation.helpers),
      "each client adds all of the noise to its own steps, and sums of them would have many times as much as they need",
      "leave federation.secureAggregation out, or set privacy.noise=distributed",
    );
  }
  if (guarantee.unit === "client") {
    const found = refusedBesideClients(config, guarantee);
    if (found) throw refused(found.field, found.got, found.because, found.change);
    if (planned) checkClientNoise(config, guarantee, planned);
    return;
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

/**
 * What it takes for clients to add the noise of one sum together.
 * @throws ConfigInvalid
 */
function checkShares({ federation }: Config, { unit, colluding }: AnyGuarantee): void {
  const { helpers, minimumCohort } = federation.secureAggregation;
  const distributed = 'privacy.noise: got "distributed"';
  if (helpers === null || helpers === "none") {
    throw configInvalid(
      `${distributed}, of which each client has a share that protects nobody by itself, so that its part may leave it behind ` +
        `masks alone; set federation.secureAggregation.helpers=coordinator, or privacy.noise=${unit === "client" ? "central" : "local"}`,
    );
  }
  if (colluding >= minimumCohort) {
    throw configInvalid(
      `privacy.colluding: got ${colluding}, and every sum is over ${minimumCohort} clients at least ` +
        "(federation.secureAggregation.minimumCohort), of which at least one has to keep its share to itself; lower the one " +
        "or raise the other",
    );
  }
}

/**
 * The same of a sum of gradients, of which each client has one a round.
 * @throws ConfigInvalid
 */
function checkDistributed({ federation, training }: Config): void {
  if (training.localSteps !== 1) {
    const got = training.localSteps === null ? "null, which is whole epochs" : String(training.localSteps);
    throw configInvalid(
      `training.localSteps: got ${got}, and with distributed noise a round is one step of all clients together; set ` +
        "training.localSteps=1, and more federation.rounds",
    );
  }
  if (training.momentum !== 0) {
    throw configInvalid(
      `training.momentum: got ${training.momentum}, and with distributed noise a client takes no steps that could have any; set ` +
        "training.momentum=0, and federation.strategy.name=FedAvgM for momentum of the server's",
    );
  }
  const stage = federation.update[0];
  if (stage) {
    throw configInvalid(
      `federation.update: got ${stage.stage}, and with distributed noise clients send clipped gradients and no changes of ` +
        "models; leave federation.update out",
    );
  }
  const { name, client, reduction } = openStrategy(federation.strategy);
  if (client.run === trainOnce.run && reduction.kind === "sum" && !reduction.weight) return;
  throw configInvalid(
    `federation.strategy: got ${name}, and with distributed noise clients send one gradient and nothing else, all of the same ` +
      "weight; take FedAvg, FedAvgM, FedAdagrad, FedAdam or FedYogi",
  );
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
