import type { Examples } from "../shared/dataset/examples.ts";
import { initialParameters } from "../shared/model/parameters.ts";
import { openTrainer } from "../shared/model/trainers.ts";
import { randomStream } from "../shared/random.ts";
import { classes, epochOrder, features, images, modelOf } from "./case.ts";

/**
 * Where compressed rows stop being faster than the dense path: one epoch of each, in turns, over random input of
 * growing density. COMPRESSED_UP_TO comes from this table. `tsx bench/density.ts`
 */
const densities = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const shapes = [[], [64], [128], [200, 200]];

function randomInput(density: number): Examples {
  const stream = randomStream(1, "partition");
  const x = new Float32Array(images * features);
  for (let i = 0; i < x.length; i++) if (stream.unit() < density) x[i] = stream.unit() + 0.01;
  const y = Int32Array.from({ length: images }, () => stream.below(classes));
  return { x, y, count: images, features };
}

for (const density of densities) {
  const examples = randomInput(density);
  const cells: string[] = [];
  for (const hidden of shapes) {
    const model = modelOf(hidden);
    const start = initialParameters(model, 1);
    const paths = await Promise.all(
      [1, 0].map(async (compressedUpTo) => {
        const trainer = await openTrainer("kernel", model, { kind: "classification" }, { compressedUpTo });
        return { trainer, prepared: trainer.prepare(examples), best: Number.POSITIVE_INFINITY };
      }),
    );
    for (let run = 0; run < 9; run++) {
      for (const path of paths) {
        const order = epochOrder(run);
        const began = performance.now();
        await path.trainer.train(start, path.prepared, {
          learningRate: 0.01,
          batchSize: 32,
          epochs: 1,
          momentum: 0,
          weightDecay: 0,
          order: () => order,
        });
        path.best = Math.min(path.best, performance.now() - began);
      }
    }
    const [compressed, dense] = paths.map(({ best }) => best.toFixed(1));
    cells.push(`${compressed} / ${dense}`);
  }
  process.stdout.write(`| ${density} | ${cells.join(" | ")} |\n`);
}
