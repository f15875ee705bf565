import FFT from "fft.js";
import type { GridLosses } from "./grid.ts";

/**
 * The distribution of a sum of independent losses, modulo the window: place i has the mass of all sums that are i modulo size.
 * @param parts masses that add up to 1 each, and how often each is a summand
 * @param size a power of two
 */
export function convolve(
  parts: readonly { readonly losses: GridLosses; readonly times: number }[],
  size: number,
): Float64Array {
  const fft = new FFT(size);
  const half = size / 2;
  const logs = new Float64Array(half + 1);
  const phases = new Float64Array(half + 1);
  const spectrum = new Float64Array(2 * size);
  for (const { losses, times } of parts) {
    fft.realTransform(spectrum, folded(losses, size));
    for (let k = 0; k <= half; k++) {
      const [re, im] = [spectrum[2 * k] as number, spectrum[2 * k + 1] as number];
      logs[k] = (logs[k] as number) + times * (Math.log(re * re + im * im) / 2);
      phases[k] = (phases[k] as number) + times * Math.atan2(im, re);
    }
  }
  for (let k = 0; k <= half; k++) {
    const length = Math.exp(logs[k] as number);
    spectrum[2 * k] = length * Math.cos(phases[k] as number);
    spectrum[2 * k + 1] = length * Math.sin(phases[k] as number);
  }
  fft.completeSpectrum(spectrum);
  const sums = new Float64Array(2 * size);
  fft.inverseTransform(sums, spectrum);
  // rounding leaves some below zero
  return Float64Array.from({ length: size }, (_, i) => Math.max(0, sums[2 * i] as number));
}

function folded({ first, masses }: GridLosses, size: number): Float64Array {
  const sums = new Float64Array(size);
  let place = modulo(first, size);
  for (let i = 0; i < masses.length; i++) {
    sums[place] = (sums[place] as number) + (masses[i] as number);
    place = place + 1 === size ? 0 : place + 1;
  }
  return sums;
}

export function modulo(value: number, size: number): number {
  return ((value % size) + size) % size;
}
