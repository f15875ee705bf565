import { emptyEvaluation } from "../../metrics/evaluation.ts";
import { backward, crossEntropy, forward, type Mlp } from "../mlp.ts";
import type { ModelShape } from "../shape.ts";
import type { PreparedExamples, Trainer } from "../trainer.ts";
import { ADDRESSABLE, Arena, Layout } from "./arena.ts";
import { compressedInput } from "./compressed-input.ts";
import { denseInput } from "./dense-input.ts";
import { layOutNetwork, readParameters, writeParameters } from "./network.ts";
import { type CompressedExamples, type PlainExamples, prepareExamples } from "./prepared.ts";
import { openPrimitives, type Primitives } from "./primitives.ts";
import { layOutRows } from "./rows.ts";
import { layOutStep } from "./step.ts";

type KernelExamples = CompressedExamples | PlainExamples;

/** Examples that are evaluated at once. */
const EVALUATION_BATCH = 64;

/**
 * The trainer on fedstep's own WebAssembly kernel.
 * @param memoryLimit bytes of kernel memory that it may claim
 */
export async function openKernelTrainer(shape: ModelShape, memoryLimit = ADDRESSABLE): Promise<Trainer> {
  const primitives = await openPrimitives();
  const arena = new Arena(primitives.memory, memoryLimit);
  const prepared = new WeakSet<PreparedExamples>();
  const own = (examples: PreparedExamples): KernelExamples => {
    if (!prepared.has(examples)) throw new TypeError("these examples were prepared by another trainer");
    return examples as KernelExamples;
  };
  return {
    name: "kernel",
    shape,
    prepare(examples) {
      const result = prepareExamples(examples, shape);
      prepared.add(result);
      return result;
    },
    async train(start, given, options) {
      const examples = own(given);
      const orders = Array.from({ length: options.epochs }, (_, epoch) => options.order(epoch));
      for (const order of orders) checkRows(order, examples.count);
      const batch = Math.min(options.batchSize, Math.max(1, ...orders.map((order) => order.length)));
      const layout = new Layout(primitives.firstFree());
      const mlp = layOutMlp(primitives, arena, layout, shape, examples, batch);
      const rule = layOutStep(arena, layout, mlp.network, options);
      arena.fit(layout.end, `training ${describe(shape)} in batches of ${batch}`);
      mlp.input.open();
      writeParameters(arena, mlp.network, mlp.network.parameters, start);
      rule.write();
      let lossSum = 0;
      let steps = 0;
      for (const order of orders) {
        for (let first = 0; first < order.length; first += batch) {
          const rows = order.subarray(first, first + batch);
          load(mlp, arena, examples, rows);
          lossSum += crossEntropy(mlp, forward(mlp, rows.length), rows.length);
          backward(mlp, rule, rows.length);
          steps++;
        }
      }
      return {
        parameters: readParameters(arena, mlp.network, mlp.network.parameters),
        velocity: rule.velocity(),
        steps,
        lossSum,
      };
    },
    async evaluate(parameters, given) {
      const examples = own(given);
      const layout = new Layout(primitives.firstFree());
      const mlp = layOutMlp(primitives, arena, layout, shape, examples, EVALUATION_BATCH);
      arena.fit(layout.end, `evaluating ${describe(shape)}`);
      mlp.input.open();
      writeParameters(arena, mlp.network, mlp.network.parameters, parameters);
      const confusion = emptyEvaluation(shape.classes).confusion.map((row) => [...row]);
      const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
      let lossSum = 0;
      for (let first = 0; first < all.length; first += EVALUATION_BATCH) {
        const rows = all.subarray(first, first + EVALUATION_BATCH);
        load(mlp, arena, examples, rows);
        const last = forward(mlp, rows.length);
        const { z, stride, outputs } = last;
        lossSum += crossEntropy(mlp, last, rows.length);
        rows.forEach((row, i) => {
          const from = (z + i * stride) / 4;
          const predicted = largest(arena.floats.subarray(from, from + outputs));
          const counts = confusion[examples.y[row] as number] as number[];
          counts[predicted] = (counts[predicted] as number) + 1;
        });
      }
      return { examples: examples.count, lossSum, confusion };
    },
  };
}

function layOutMlp(
  primitives: Primitives,
  arena: Arena,
  layout: Layout,
  shape: ModelShape,
  examples: KernelExamples,
  batch: number,
): Mlp {
  // first the input: examples that stand at the start of the arena are found there by the next call
  const input =
    examples.kind === "compressed"
      ? compressedInput(primitives, arena, layout, examples, batch)
      : denseInput(primitives, arena, layout, examples, batch);
  return {
    primitives,
    input,
    network: layOutNetwork(layout, shape, batch),
    activations: shape.hidden.map((width) => ({
      rows: layOutRows(layout, batch, batch * (width + 1)),
      columns: layOutRows(layout, width + 1, batch * (width + 1)),
    })),
    labels: layout.reserve(4 * batch),
  };
}

function load(mlp: Mlp, arena: Arena, examples: KernelExamples, rows: Uint32Array): void {
  mlp.input.load(rows);
  for (let i = 0; i < rows.length; i++)
    arena.words[mlp.labels / 4 + i] = examples.y[rows[i] as number] as number;
}

function checkRows(order: Uint32Array, count: number): void {
  const stranger = order.find((row) => row >= count);
  if (stranger !== undefined) throw new RangeError(`there is no row ${stranger} in ${count} examples`);
}

/** Where the largest value stands; the first of equals. */
function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

function describe({ features, hidden, classes }: ModelShape): string {
  return [features, ...hidden, classes].join("-");
}
