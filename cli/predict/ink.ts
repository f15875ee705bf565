import type { GreyImage } from "../../shared/dataset/centring.ts";
import type { Picture } from "./read-picture.ts";

/** A stroke as light as this, and no ink darker, is a pencil's: it is darkened until its darkest is full ink. */
const faint = 200;

/**
 * What is drawn on a picture, dark on light or light on dark: paper is what most of its border is, ink is how far a
 * pixel is from it. Where the border itself is uneven, as on a photograph, twice what nine of ten of its pixels differ
 * by counts as paper. An image of MNIST stays as it is.
 */
export function inkOf({ width, height, light }: Picture): GreyImage {
  const border = [...light].filter((_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return row === 0 || column === 0 || row === height - 1 || column === width - 1;
  });
  const paper = quantile(border, 0.5);
  const noise =
    2 *
    quantile(
      border.map((value) => Math.abs(value - paper)),
      0.9,
    );
  // a pixel lighter than light paper is no ink, and neither is one darker than dark paper
  const sign = paper >= 128 ? 1 : -1;
  const ink = light.map((value) => {
    const distance = sign * (paper - value);
    return distance > noise ? distance : 0;
  });
  const darkest = ink.reduce((most, value) => Math.max(most, value), 0);
  const factor = darkest > 0 && darkest < faint ? 255 / darkest : 1;
  return { width, height, ink: ink.map((value) => Math.min(255, value * factor)) };
}

/** The value that the given share of the values do not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
