import type { ClientRandom } from "../client/randomness.ts";
import { learningRateAt } from "../model/learning-rate.ts";
import type { PreparedExamples, Trainer } from "../model/trainer.ts";
import { selectClients } from "../rounds/selection.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { beyondNoisedChanges, meanOfChanges } from "./clients/noised-changes.ts";
import { gridUnit, mostSampled, noiseDeviation } from "./dp-sgd.ts";
import { discreteGaussian, type Rational } from "./noise/discrete-gaussian.ts";
import { poissonSample } from "./noise/poisson-sample.ts";
import { clientGuaranteeIn, sharedNoiseIn } from "./private-steps.ts";
import { clippedSumSensitivity } from "./sensitivity.ts";
import { beyondHonest, type OpenedSum, shareOf } from "./shares.ts";

/** What the clients of a run have in common who add the noise of a sum together. */
export interface NoisedSums {
  readonly samplingRate: number;
  readonly clip: number;
  /** Clients send whole multiples of it. */
  readonly unit: number;
  /** Deviation of each client's share of the noise, in units. */
  readonly share: Rational;
}

type Promised = Pick<Plan, "config" | "clients" | "privacy">;

/**
 * Shares of a run's noise. As many clients as every opened sum is over at the least, without those that collude, have together
 * the variance (sigma S)^2 with S the sensitivity of one client's sum, which is that of all clients' sum: an example is with one
 * client alone. A sum of discrete Gaussians is not quite one; from a deviation of 4 units on the difference is negligible
 * (Kairouz et al. 2021, arXiv:2102.06387), and a share has at least 2^9.
 * @param parameters of the model
 * @throws RangeError where the run has none
 */
export function noisedSumsOf({ config, clients, privacy }: Promised, parameters: number): NoisedSums {
  const guarantee = sharedNoiseIn(config);
  if (!guarantee || !privacy) throw new RangeError("this run's clients add no noise together");
  const { samplingRate, clip } = guarantee;
  const examples = clients.reduce((sum, { train }) => sum + train, 0);
  const unit = gridUnit(clip, samplingRate * examples, privacy.noiseMultiplier);
  const sensitivity = clippedSumSensitivity({ clip, unit }, parameters);
  const share = noiseDeviation(shareOf(config, privacy.noiseMultiplier * sensitivity), unit);
  if (!share) throw new RangeError("nobody adds noise");
  return { samplingRate, clip, unit, share };
}

/**
 * What a client of such a run sends: the sum of the clipped gradients of a Poisson sample of its examples, and its share of the
 * noise, both in whole units. By itself it is no secret well kept: it may leave the client behind masks alone.
 * @param random of the client in the round: the same gives the same sum
 */
export async function noisedSum(
  trainer: Pick<Trainer, "clippedSum">,
  global: Float32Array,
  examples: PreparedExamples,
  { samplingRate, clip, unit, share }: NoisedSums,
  random: Pick<ClientRandom, "secret">,
): Promise<Float64Array> {
  const rows = poissonSample(examples.count, samplingRate, random.secret("noised-sum/sampling"));
  const { sum } = await trainer.clippedSum(global, examples, rows, { clip, unit });
  const noise = discreteGaussian(global.length, share, random.secret("noised-sum/noise"));
  return sum.map((units, i) => units + (noise[i] as number));
}

/** What is wrong with a sum: that it is longer than the clients can have made it who do as they should. undefined where nothing is. */
export function beyondNoised(plan: Promised, sum: OpenedSum): string | undefined {
  const { units, examples } = sum;
  if (clientGuaranteeIn(plan.config)) return beyondNoisedChanges(plan, sum);
  const { samplingRate, clip, unit, share } = noisedSumsOf(plan, units.length);
  const most = (clip / unit) * mostSampled(samplingRate * examples);
  return beyondHonest(sum, { share, unit }, most, ["gradients", "clipped"]);
}

/**
 * The change that a strategy takes for a round's summed change of models, each weighted by examples: with N the examples of all
 * that the round asked, and q the sampling rate, a step against the noised mean gradient,
 *
 *   change / examples = -learningRate unit units / (q N)
 *
 * What it divides by is known before anybody answers. Where clients hide themselves, it is the mean of their changes.
 */
export function changeOf(plan: Promised & Pick<Plan, "model">, sum: OpenedSum): Float64Array {
  const { config, clients } = plan;
  if (clientGuaranteeIn(config)) return meanOfChanges(plan, sum);
  const { samplingRate, unit } = noisedSumsOf(plan, sum.units.length);
  const numbers = clients.map(({ client }) => client);
  const asked = new Set(selectClients(config, sum.round, numbers));
  const expected = clients.reduce((all, { client, train }) => all + (asked.has(client) ? train : 0), 0);
  const factor = -learningRateAt(config.training, sum.round) * (unit / (samplingRate * expected));
  return sum.units.map((units) => units * factor * sum.examples);
}
