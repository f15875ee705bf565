import type { ClientRandom } from "../../client/randomness.ts";
import type { ClientUpdate } from "../../client/update.ts";
import type { Plan } from "../../workflow/plan-record.ts";
import { discreteGaussian, type Rational } from "../noise/discrete-gaussian.ts";
import { clientGuaranteeIn } from "../private-steps.ts";
import { beyondHonest, type OpenedSum, shareOf } from "../shares.ts";
import { ClippedChanges } from "./clipped-sum.ts";
import { clientGrid } from "./grid.ts";
import type { ClientMechanism } from "./mechanism.ts";
import { clientMechanism } from "./planned-mechanism.ts";

type Promised = Pick<Plan, "config" | "clients" | "privacy">;

/** What the clients of a run have in common who hide themselves by noise that they add together. */
export interface NoisedChanges {
  readonly mechanism: ClientMechanism;
  /** Clients send whole multiples of it. */
  readonly unit: number;
  /** Deviation of each client's share of the noise, in units. */
  readonly share: Rational;
}

/**
 * As many clients as every opened sum is over at the least, without those that collude, have together the variance (sigma S)^2,
 * with S the most that a client changes of the sum.
 * @param parameters of the model
 * @throws RangeError where the run has none
 */
export function noisedChangesOf({ config, clients, privacy }: Promised, parameters: number): NoisedChanges {
  const guarantee = clientGuaranteeIn(config);
  const mechanism = clientMechanism(config, privacy, clients.length);
  if (guarantee?.noise !== "distributed" || !mechanism)
    throw new RangeError("this run's clients add no noise together");
  const { unit, sensitivity } = clientGrid(mechanism.clip, parameters);
  const numerator = Math.ceil(shareOf(config, mechanism.noiseMultiplier * sensitivity));
  return { mechanism, unit, share: { numerator, denominator: 1 } };
}

/**
 * What a client sends: its shortened and weighted change, and its share of the noise, both in whole units. By itself it is no
 * secret well kept: it may leave the client behind masks alone.
 * @param random of the client in the round: the same gives the same sum
 */
export function noisedChangeOf(
  update: Pick<ClientUpdate, "examples" | "parameters" | "sent">,
  global: Float32Array,
  { mechanism, share }: NoisedChanges,
  random: Pick<ClientRandom, "secret">,
): Float64Array {
  const own = new ClippedChanges(global, mechanism, mechanism.clip);
  own.add(update);
  const noise = discreteGaussian(global.length, share, random.secret("noised-change/noise"));
  return own.sums().change.map((units, i) => units + (noise[i] as number));
}

/** What is wrong with a sum: that it is longer than the clients can have made it who do as they should. undefined where nothing is. */
export function beyondNoisedChanges(plan: Promised, sum: OpenedSum): string | undefined {
  const { mechanism, unit, share } = noisedChangesOf(plan, sum.units.length);
  const { sensitivity } = clientGrid(mechanism.clip, sum.units.length);
  return beyondHonest(sum, { share, unit }, sum.updates * sensitivity, ["changes", "shortened"]);
}

/**
 * The change that a strategy takes for a round's summed changes, each weighted by examples: change / examples = unit units / m, with
 * m the clients that every round selects, whoever was silent.
 */
export function meanOfChanges(plan: Promised, { units, examples }: OpenedSum): Float64Array {
  const { mechanism, unit } = noisedChangesOf(plan, units.length);
  const factor = unit / mechanism.cohort;
  return units.map((sum) => sum * factor * examples);
}
