/**
 * The step of gradient descent. Its constants stand in a record of seven words: learning rate, momentum, weight
 * decay and mu (f32), then the distances in bytes (u32, modulo 2^32) from a weight to its velocity, its anchor and
 * its correction. All four vectors have the same layout, so one distance serves every weight; zero means that there
 * is no such vector. Behind the record is room for the gradients that wait for a general step.
 */
const MOMENTUM: usize = 4;
const WEIGHT_DECAY: usize = 8;
const MU: usize = 12;
const VELOCITY: usize = 16;
const ANCHOR: usize = 20;
const CORRECTION: usize = 24;
const WAITING: usize = 32;

/** The learning rate, which every weight's step reads: kept in a register. */
// @ts-ignore: decorator
@inline
export function rateOf(record: usize): v128 {
  return v128.load_splat<f32>(record);
}

/** w = w - learningRate g, for a gradient in a register. */
// @ts-ignore: decorator
@inline
export function plainStep(rate: v128, weight: usize, gradient: v128): void {
  v128.store(weight, f32x4.sub(v128.load(weight), f32x4.mul(rate, gradient)));
}

/**
 * sum = sum + round(perUnit g), whole numbers of 32 bits: round to nearest, of halves to the even one. perUnit stands where
 * the learning rate does.
 */
// @ts-ignore: decorator
@inline
export function addRounded(perUnit: v128, sum: usize, gradient: v128): void {
  const whole = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(gradient, perUnit)));
  v128.store(sum, i32x4.add(v128.load(sum), whole));
}

/** Where gradients wait for generalStep: as many as the widest layer's outputs, four times. */
// @ts-ignore: decorator
@inline
export function waiting(record: usize): usize {
  return record + WAITING;
}

/**
 * d = g + weightDecay w + mu (w - anchor) + correction;  v = momentum v + d;  w = w - learningRate v, for `bytes`
 * of weights whose gradients are waiting.
 *
 * A term whose factor is zero leaves the same bits as a term that is absent, and a step without any the same bits
 * as plainStep: g is never -0, because its sum starts from +0, and adding a zero of either sign to anything else
 * changes nothing.
 */
export function generalStep(weights: usize, bytes: usize, record: usize): void {
  const rate = rateOf(record);
  const momentum = v128.load_splat<f32>(record, MOMENTUM);
  const weightDecay = v128.load_splat<f32>(record, WEIGHT_DECAY);
  const decays = load<f32>(record, WEIGHT_DECAY) != 0;
  const mu = v128.load_splat<f32>(record, MU);
  const velocity = load<usize>(record, VELOCITY);
  const anchor = load<usize>(record, ANCHOR);
  const correction = load<usize>(record, CORRECTION);
  let gradient = waiting(record);
  for (const end = weights + bytes; weights < end; weights += 16, gradient += 16) {
    const w = v128.load(weights);
    let d = v128.load(gradient);
    if (decays) d = f32x4.add(d, f32x4.mul(weightDecay, w));
    if (anchor != 0) d = f32x4.add(d, f32x4.mul(mu, f32x4.sub(w, v128.load(weights + anchor))));
    if (correction != 0) d = f32x4.add(d, v128.load(weights + correction));
    if (velocity != 0) {
      d = f32x4.add(f32x4.mul(momentum, v128.load(weights + velocity)), d);
      v128.store(weights + velocity, d);
    }
    v128.store(weights, f32x4.sub(w, f32x4.mul(rate, d)));
  }
}

/** v = momentum v + scale sums;  w = w - rate v;  sums = 0, for `bytes` of weights. velocity: 0 where there is none. */
export function descend(
  weights: usize, sums: usize, velocity: usize, bytes: usize, scale: f32, momentum: f32, rate: f32,
): void {
  const ofUnits = f32x4.splat(scale), ofVelocity = f32x4.splat(momentum), ofStep = f32x4.splat(rate);
  for (const end = weights + bytes; weights < end; weights += 16, sums += 16) {
    let v = f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums)), ofUnits);
    v128.store(sums, i32x4.splat(0));
    if (velocity != 0) {
      v = f32x4.add(f32x4.mul(ofVelocity, v128.load(velocity)), v);
      v128.store(velocity, v);
      velocity += 16;
    }
    v128.store(weights, f32x4.sub(v128.load(weights), f32x4.mul(ofStep, v)));
  }
}
