/** A step of gradient descent on four weights, in registers: the end of every primitive that sums a gradient. */

/**
 * The step's constants stand in a record of seven words: learning rate, momentum, weight decay and mu (f32), then
 * the distances in bytes (u32, modulo 2^32) from a weight to its velocity, its anchor and its correction. All four
 * vectors have the same layout, so one distance serves every weight; zero means that there is no such vector.
 */
const MOMENTUM: usize = 4;
const WEIGHT_DECAY: usize = 8;
const MU: usize = 12;
const VELOCITY: usize = 16;
const ANCHOR: usize = 20;
const CORRECTION: usize = 24;

/** w = w - learningRate g */
export const PLAIN: i32 = 0;
/** d = g + weightDecay w + mu (w - anchor) + correction;  v = momentum v + d;  w = w - learningRate v */
export const GENERAL: i32 = 1;

/**
 * A term whose factor is zero leaves the same bits as a term that is absent: g is never -0, because its sum starts
 * from +0, and adding a zero of either sign to anything else changes nothing.
 */
// @ts-ignore: decorator
@inline
export function step(kind: i32, record: usize, weight: usize, gradient: v128): void {
  const w = v128.load(weight);
  let d = gradient;
  if (kind == GENERAL) {
    const weightDecay = load<f32>(record, WEIGHT_DECAY);
    const anchor = load<usize>(record, ANCHOR);
    const correction = load<usize>(record, CORRECTION);
    const velocity = load<usize>(record, VELOCITY);
    if (weightDecay != 0) d = f32x4.add(d, f32x4.mul(f32x4.splat(weightDecay), w));
    if (anchor != 0) {
      const pull = f32x4.sub(w, v128.load(weight + anchor));
      d = f32x4.add(d, f32x4.mul(v128.load_splat<f32>(record, MU), pull));
    }
    if (correction != 0) d = f32x4.add(d, v128.load(weight + correction));
    if (velocity != 0) {
      d = f32x4.add(f32x4.mul(v128.load_splat<f32>(record, MOMENTUM), v128.load(weight + velocity)), d);
      v128.store(weight + velocity, d);
    }
  }
  v128.store(weight, f32x4.sub(w, f32x4.mul(v128.load_splat<f32>(record), d)));
}
