import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Examples } from "../shared/dataset/examples.ts";

/** The first `count` training images, as bytes. */
export function readMnist(folder: string, count: number): Examples {
  const read = (name: string) => gunzipSync(readFileSync(join(folder, name)));
  // IDX: 16 bytes of header before the images, 8 before the labels
  const images = read("train-images-idx3-ubyte.gz").subarray(16, 16 + count * 784);
  const labels = read("train-labels-idx1-ubyte.gz").subarray(8, 8 + count);
  return { x: Uint8Array.from(images), y: Int32Array.from(labels), count, features: 784 };
}

/** Every feature with mean 0 and variance 1: next to no value is zero. */
export function standardize({ x, y, count, features }: Examples): Examples {
  const floats = new Float32Array(x.length);
  for (let feature = 0; feature < features; feature++) {
    let sum = 0;
    let squares = 0;
    for (let i = feature; i < x.length; i += features) {
      const value = (x[i] as number) / 255;
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    // a border pixel that is never inked would have no variance: the floor keeps it from becoming zero
    const deviation = Math.sqrt(Math.max(squares / count - mean * mean, 1e-6));
    for (let i = feature; i < x.length; i += features) {
      floats[i] = ((x[i] as number) / 255 - mean) / deviation + 1e-3;
    }
  }
  return { x: floats, y, count, features };
}
