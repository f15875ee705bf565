import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { datasetInvalid } from "../../shared/errors.ts";

const rows = 28;
const columns = 28;
const pixels = rows * columns;
const classes = 10;

/**
 * The 10,000 real digits that the package mnist carries, all 0s first, then all 1s, and so on, each in its file's
 * order. The package divided bytes by 255 and rounded to three places, which rounding undoes exactly.
 * @throws DatasetInvalid where the installed package is damaged
 */
export async function openEmbeddedSample(): Promise<Dataset> {
  // its digit files are read one by one, since its main module builds millions of numbers on the heap
  const folder = dirname(createRequire(import.meta.url).resolve("mnist/package.json"));
  const digits: Uint8Array[] = [];
  for (let label = 0; label < classes; label++) {
    digits.push(await readDigits(join(folder, "src", "digits", `${label}.json`), label));
  }
  const count = digits.reduce((sum, bytes) => sum + bytes.length / pixels, 0);
  const x = new Uint8Array(count * pixels);
  const y = new Int32Array(count);
  let row = 0;
  digits.forEach((bytes, label) => {
    x.set(bytes, row * pixels);
    y.fill(label, row, row + bytes.length / pixels);
    row += bytes.length / pixels;
  });
  return {
    name: "mnist-sample",
    source: "embedded sample",
    classes,
    imageShape: [rows, columns],
    examples: { x, y, count, features: pixels },
  };
}

async function readDigits(path: string, label: number): Promise<Uint8Array> {
  const damaged = `the package mnist is damaged: its digits ${label} are not images of ${rows} x ${columns}`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw datasetInvalid(damaged, { cause });
  }
  const values: unknown =
    typeof parsed === "object" && parsed !== null && "data" in parsed ? parsed.data : undefined;
  if (!Array.isArray(values) || values.length === 0 || values.length % pixels !== 0) {
    throw datasetInvalid(damaged);
  }
  const bytes = new Uint8Array(values.length);
  // a plain loop: Uint8Array.from takes ten times as long for the sample's millions of numbers
  for (let i = 0; i < bytes.length; i++) {
    const value: unknown = values[i];
    if (typeof value !== "number" || !(value >= 0 && value <= 1)) throw datasetInvalid(damaged);
    bytes[i] = Math.round(value * 255);
  }
  return bytes;
}
