import type { Dataset } from "../../shared/dataset/dataset.ts";

const digits = "0123456789";
const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const small = "abcdefghijklmnopqrstuvwxyz";
/** Small letters that are classes of their own where those that look like their capitals are not. */
const unlike = "abdefghnqrt";

/** What EMNIST's labels stand for, from the smallest on (Cohen et al. 2017, table II). */
const classes: Readonly<Record<string, string>> = {
  "emnist-byclass": digits + capitals + small,
  "emnist-bymerge": digits + capitals + unlike,
  "emnist-balanced": digits + capitals + unlike,
  "emnist-letters": capitals,
};

/** By what the names of a set's files have in common. */
export function isEmnist(series: string): boolean {
  return series.startsWith("emnist");
}

/** Letters in place of numbers, where the set has all of them. */
export function emnistClasses(series: string, dataset: Dataset): Dataset {
  const names = classes[series];
  return names?.length === dataset.classes ? { ...dataset, classNames: [...names] } : dataset;
}

/** EMNIST's images are written column by column: each is transposed. */
export function upright(dataset: Dataset): Dataset {
  const { examples, imageShape } = dataset;
  if (!imageShape) return dataset;
  const [columns, rows] = imageShape;
  const { x, count, features } = examples;
  const turned = x instanceof Uint8Array ? new Uint8Array(x.length) : new Float32Array(x.length);
  for (let at = 0; at < count * features; at += features) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        turned[at + row * columns + column] = x[at + column * rows + row] as number;
      }
    }
  }
  return { ...dataset, imageShape: [rows, columns], examples: { ...examples, x: turned } };
}
