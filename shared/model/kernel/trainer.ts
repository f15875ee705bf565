import type { Evaluation } from "../../task/evaluation.ts";
import type { TaskFit } from "../../task/fit.ts";
import type { AnySpec } from "../any-spec.ts";
import { checkClipping } from "../check-clipping.ts";
import { checkTargets, type TargetCheck } from "../check-examples.ts";
import { mostInMicrobatch } from "../microbatches.ts";
import type {
  ClippedSum,
  ClippingOptions,
  DescentOptions,
  DescentOutcome,
  PreparedExamples,
  Trainer,
  TrainingOptions,
  TrainingOutcome,
} from "../trainer.ts";
import { ADDRESSABLE, Arena, ArenaLayout } from "./arena.ts";
import { type Clipping, sumClipped } from "./clipped-sum.ts";
import { descend, layOutVelocity } from "./descent.ts";
import { layOutGhostNorms } from "./ghost-norms.ts";
import { layOutGradientSum } from "./gradient-sum.ts";
import type { BatchInput } from "./input.ts";
import { readParameters } from "./matrices.ts";
import type { KernelObjective } from "./objective.ts";
import { COMPRESSED_UP_TO, prepareExamples } from "./prepared.ts";
import { openPrimitives } from "./primitives.ts";
import type { KernelProgram } from "./program.ts";
import { type BatchSession, type KernelExamples, layOutSession } from "./session.ts";
import { squaredInputs } from "./squared-inputs.ts";
import { layOutStep } from "./step.ts";

/** Examples that are evaluated at once. */
const EVALUATION_BATCH = 64;

export interface KernelSettings {
  /** Bytes of kernel memory that the trainer may claim. */
  readonly memoryLimit?: number;
  /** Share of values that are not zero up to which examples are compressed. */
  readonly compressedUpTo?: number;
}

/** What a trainer is opened for. */
export interface KernelTask<Settings, Sums extends Evaluation> extends TargetCheck {
  readonly objective: KernelObjective<Settings, Sums>;
  readonly settings: Settings;
  readonly fit: TaskFit;
}

/**
 * The trainer on fedstep's own WebAssembly kernel.
 * @param called what messages call the model
 */
export async function openKernelTrainer<Spec extends AnySpec, Settings, Sums extends Evaluation>(
  spec: Spec,
  program: KernelProgram<Spec>,
  task: KernelTask<Settings, Sums>,
  called: string,
  { memoryLimit = ADDRESSABLE, compressedUpTo = COMPRESSED_UP_TO }: KernelSettings = {},
): Promise<Trainer<Sums>> {
  const primitives = await openPrimitives();
  const arena = new Arena(primitives.memory, memoryLimit);
  const objective = task.objective.open(primitives, arena, task.settings, task.fit);
  const trainingLoss = objective.trainingLoss ?? objective.loss;
  const prepared = new WeakSet<PreparedExamples>();
  const squares = new WeakMap<PreparedExamples, Float64Array>();

  /** |x|^2 + 1 of all examples, which no model changes. */
  const squaresOf = (examples: KernelExamples): Float64Array => {
    const known = squares.get(examples) ?? squaredInputs(examples);
    squares.set(examples, known);
    return known;
  };

  /** A session over examples of this trainer's own, laid out but not yet in memory. */
  const session = (examples: PreparedExamples, batch: number): [BatchSession, ArenaLayout] => {
    if (!prepared.has(examples)) throw new TypeError("these examples were prepared by another trainer");
    const layout = new ArenaLayout(primitives.firstFree());
    const layOutModel = (input: BatchInput) => program.layOut(primitives, layout, spec, input, batch);
    const kernelExamples = examples as KernelExamples;
    return [layOutSession(primitives, arena, layout, kernelExamples, batch, layOutModel), layout];
  };

  const train = (
    start: Float32Array,
    examples: PreparedExamples,
    options: TrainingOptions,
  ): TrainingOutcome => {
    const orders = Array.from({ length: options.epochs }, (_, epoch) => options.order(epoch));
    for (const order of orders) checkRows(order, examples.count);
    const batch = Math.min(options.batchSize, Math.max(1, ...orders.map((order) => order.length)));
    const [opened, layout] = session(examples, batch);
    const { model, open, load } = opened;
    const rule = layOutStep(arena, layout, model.parameters, options);
    arena.fit(layout.end, `training ${called} in batches of ${batch}`);
    open(start);
    rule.write();
    let lossSum = 0;
    let steps = 0;
    for (const order of orders) {
      for (let first = 0; first < order.length; first += batch) {
        const count = load(order.subarray(first, first + batch));
        lossSum += trainingLoss(opened, model.forward(count), count);
        model.backward(rule, count);
        steps++;
      }
    }
    const parameters = readParameters(arena, model.parameters, model.parameters.address);
    return { parameters, velocity: rule.velocity(), steps, lossSum };
  };

  /** What sums of clipped gradients take, laid out but not yet in memory. */
  const clipping = (examples: PreparedExamples): [Clipping, ArenaLayout] => {
    const [opened, layout] = session(examples, mostInMicrobatch);
    const norms = layOutGhostNorms(primitives, arena, layout, mostInMicrobatch);
    const sum = layOutGradientSum(arena, layout, opened.model.parameters);
    const squared = squaresOf(examples as KernelExamples);
    return [{ session: opened, norms, sum, loss: trainingLoss, squaredInputs: squared }, layout];
  };
  const summing = `summing clipped gradients of ${called} in batches of ${mostInMicrobatch}`;

  const clippedSum = (
    parameters: Float32Array,
    examples: PreparedExamples,
    rows: Uint32Array,
    options: ClippingOptions,
  ): ClippedSum => {
    checkClipping(rows, examples.count, options);
    const [laidOut, layout] = clipping(examples);
    arena.fit(layout.end, summing);
    laidOut.session.open(parameters);
    return sumClipped(laidOut, rows, options);
  };

  const descendClipped = (
    start: Float32Array,
    examples: PreparedExamples,
    options: DescentOptions,
  ): DescentOutcome => {
    const [laidOut, layout] = clipping(examples);
    const velocity = layOutVelocity(layout, laidOut.session.model.parameters, options);
    arena.fit(layout.end, summing);
    laidOut.session.open(start);
    return descend(primitives, arena, laidOut, velocity, options);
  };

  const evaluate = (parameters: Float32Array, examples: PreparedExamples): Sums => {
    const [opened, layout] = session(examples, EVALUATION_BATCH);
    const { model, open, load } = opened;
    const tally = objective.layOutTally(layout, spec.outputs);
    arena.fit(layout.end, `evaluating ${called} in batches of ${EVALUATION_BATCH}`);
    open(parameters);
    tally.open();
    const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
    let lossSum = 0;
    for (let first = 0; first < all.length; first += EVALUATION_BATCH) {
      const count = load(all.subarray(first, first + EVALUATION_BATCH));
      const outputs = model.forward(count);
      lossSum += objective.loss(opened, outputs, count);
      tally.add(opened, outputs, count);
    }
    return tally.sums({ examples: examples.count, lossSum });
  };

  return {
    name: "kernel",
    prepare(examples) {
      const result = prepareExamples(examples, spec, compressedUpTo);
      checkTargets(task, examples, spec);
      prepared.add(result);
      return result;
    },
    train: async (...given) => train(...given),
    evaluate: async (...given) => evaluate(...given),
    clippedSum: async (...given) => clippedSum(...given),
    descend: async (...given) => descendClipped(...given),
  };
}

function checkRows(order: Uint32Array, count: number): void {
  for (const row of order) {
    if (row >= count) throw new RangeError(`there is no row ${row} in ${count} examples`);
  }
}
