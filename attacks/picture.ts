import { encode } from "fast-png";
import { imageOf } from "./correlation.ts";
import type { Attacked } from "./measure.ts";

const columns = 10;
const side = 28;
const scale = 2;
const gap = 6;
const tile = side * scale;

/**
 * Pairs of rows, one a scenario: true images above, what was recovered of them below, the best ten of all that were attacked.
 * @param scenarios images of 28 x 28
 * @returns the bytes of a PNG in shades of grey
 */
export function pairsPicture(scenarios: readonly (readonly Attacked[])[]): Uint8Array {
  const width = columns * (tile + gap) + gap;
  const height = scenarios.length * (2 * tile + 3 * gap) + gap;
  const data = new Uint8Array(width * height).fill(255);
  scenarios.forEach((attacked, row) => {
    const best = attacked
      .flatMap(({ matches, guesses, truth }) => matches.map((match) => ({ match, guesses, truth })))
      .sort((a, b) => b.match.correlation - a.match.correlation)
      .slice(0, columns);
    best.forEach(({ match, guesses, truth }, column) => {
      const x = gap + column * (tile + gap);
      const y = gap + row * (2 * tile + 3 * gap);
      draw(data, width, x, y, imageOf(truth, match.example));
      const guess = guesses[match.guess];
      if (guess) draw(data, width, x, y + tile + gap / 2, guess);
    });
  });
  return encode({ width, height, data, channels: 1, depth: 8 });
}

/** From the least value, black, to the largest, white. */
function draw(data: Uint8Array, width: number, x: number, y: number, image: ArrayLike<number>): void {
  const values = Array.from(image);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  for (let i = 0; i < tile; i++) {
    for (let j = 0; j < tile; j++) {
      const value = values[Math.floor(i / scale) * side + Math.floor(j / scale)] ?? least;
      data[(y + i) * width + x + j] = Math.round((255 * (value - least)) / (most - least || 1));
    }
  }
}
