import type { Dataset } from "../shared/dataset/dataset.ts";
import { correlation, imageOf } from "./correlation.ts";
import { invert } from "./inversion.ts";
import { playRound } from "./round.ts";
import { clients, hidden } from "./scenarios.ts";

/** What an attacker who has a sum's images makes of the question whose each of them is. */
export interface Assigned {
  /** Images that the sum has given, each of one client. */
  readonly images: number;
  /** Those that were said to be of the client whose they are. */
  readonly right: number;
}

/**
 * Takes images out of a round's sum, and says of each whose it is: of the client whose own update in the bucket gives an image that
 * is most like it. By chance one in three is right.
 * @param set settings of the run: masks, or none
 */
export async function assign(
  dataset: Dataset,
  examples: number,
  set: readonly string[],
  seeds: readonly number[],
): Promise<Assigned> {
  let [images, right] = [0, 0];
  for (const seed of seeds) {
    const { spec, updates, sum, truth } = await playRound(dataset, { clients, examples, hidden, seed, set });
    const own = updates.map((update) => invert(spec, update).guesses);
    for (const guess of invert(spec, sum).guesses) {
      const owners = truth.map((of) =>
        mostAlike(
          Array.from({ length: of.count }, (_, row) => imageOf(of, row)),
          guess,
        ),
      );
      images++;
      if (largest(owners) === largest(own.map((guesses) => mostAlike(guesses, guess)))) right++;
    }
  }
  return { images, right };
}

const mostAlike = (images: readonly ArrayLike<number>[], guess: ArrayLike<number>) =>
  images.reduce((most, image) => Math.max(most, correlation(image, guess)), -1);

const largest = (values: readonly number[]) => values.indexOf(Math.max(...values));
