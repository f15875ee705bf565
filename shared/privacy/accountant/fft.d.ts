/** What is used here of fft.js, which has no types of its own: complex values stand as pairs, real part first. */
declare module "fft.js" {
  export default class FFT {
    /** @param size a power of two, 2 or more */
    constructor(size: number);
    /** Writes the first half of the spectrum of real values, which completeSpectrum completes. */
    realTransform(out: Float64Array, data: Float64Array): void;
    completeSpectrum(spectrum: Float64Array): void;
    /** Divided by the size. */
    inverseTransform(out: Float64Array, spectrum: Float64Array): void;
  }
}
