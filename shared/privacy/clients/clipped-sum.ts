import type { ClientUpdate } from "../../client/update.ts";
import { distanceOf } from "../../metrics/drift.ts";
import type { Rational } from "../noise/discrete-gaussian.ts";
import { countDeviation, countUnits, sumNoise } from "./adaptive-clip.ts";
import { type ClientGrid, clientGrid, deviationOn } from "./grid.ts";
import { type ClientMechanism, weightOfClient } from "./mechanism.ts";
import { sentShort } from "./vectors.ts";

/** What a round's clients add up to before there is noise, which nobody may be told. */
export interface ExactSums {
  /** Of the weighted, shortened changes, in whole units. */
  readonly change: Float64Array;
  readonly unit: number;
  /** Of the noise that hides each client in it, in units. */
  readonly deviation: Rational;
  /** Of those that were short enough, likewise; null where the clip stays as it is. */
  readonly short: { readonly sum: number; readonly deviation: Rational } | null;
  /** What both are divided by. */
  readonly cohort: number;
}

type Sent = Pick<ClientUpdate, "examples" | "parameters" | "sent">;

/**
 * sum_k round(w_k min(1, C / |d_k|) d_k / unit) with d_k the change of client k. It is shortened here whatever the client has done:
 * nobody has to be believed. Integers are added, below 2^53, so that no order of the updates changes a bit.
 */
export class ClippedChanges {
  readonly #global: Float32Array;
  readonly #mechanism: ClientMechanism;
  readonly #clip: number;
  readonly #grid: ClientGrid;
  readonly #change: Float64Array;
  #short = 0;

  /** @param clip of the round */
  constructor(global: Float32Array, mechanism: ClientMechanism, clip: number) {
    this.#global = global;
    this.#mechanism = mechanism;
    this.#clip = clip;
    this.#grid = clientGrid(clip, global.length);
    this.#change = new Float64Array(global.length);
  }

  add({ examples, parameters, sent }: Sent): void {
    const [change, global] = [this.#change, this.#global];
    const norm = distanceOf(parameters, global);
    const share = weightOfClient(this.#mechanism, examples) * (norm <= this.#clip ? 1 : this.#clip / norm);
    const scale = share / this.#grid.unit;
    for (let i = 0; i < change.length; i++) {
      const value = scale * ((parameters[i] as number) - (global[i] as number));
      change[i] = (change[i] as number) + Math.round(value);
    }
    // of one that was shortened nobody else can tell: float32 may have made it a little shorter than the clip
    this.#short += countUnits(sent[sentShort]?.[0] === 1);
  }

  /** Takes over what another one of the same round has added up. */
  merge(other: ClippedChanges): void {
    for (let i = 0; i < this.#change.length; i++) {
      this.#change[i] = (this.#change[i] as number) + (other.#change[i] as number);
    }
    this.#short += other.#short;
  }

  sums(): ExactSums {
    const { noiseMultiplier, cohort, adaptive } = this.#mechanism;
    const ofSum = adaptive ? sumNoise(noiseMultiplier, cohort) : noiseMultiplier;
    return {
      change: this.#change,
      unit: this.#grid.unit,
      deviation: deviationOn(this.#grid, ofSum),
      short: adaptive && { sum: this.#short, deviation: countDeviation(cohort) },
      cohort,
    };
  }
}
