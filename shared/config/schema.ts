import * as z from "zod";
import { modelSettings } from "../model/spec.ts";
import { partitionSettings } from "../partition/partitioners.ts";
import { privacySettings } from "../privacy/settings.ts";
import { taskSettings } from "../task/tasks.ts";
import { countUpTo } from "./count.ts";
import { federation } from "./federation.ts";
import { schedule } from "./schedule.ts";

const dataset = z
  .strictObject({
    limit: countUpTo(10_000_000)
      .nullable()
      .default(null)
      .describe("Use only this many examples, taken evenly over the data set; null takes all."),
    heldOut: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.2)
      .describe(
        "Share of each client's examples that it holds out for evaluation; none with federation.evaluation test-set.",
      ),
    scaling: z
      .enum(["auto", "none", "standard"])
      .default("auto")
      .describe(
        "standard: each feature to mean 0 and deviation 1 over all clients' training examples, from sums that the " +
          "clients report; auto: standard for floats, none for bytes, which stand for 0 to 1.",
      ),
  })
  .describe("Which examples take part.");

const training = z
  .strictObject({
    trainer: z
      .enum(["kernel", "tfjs"])
      .default("kernel")
      .describe("kernel: fedstep's WebAssembly trainer; tfjs: TensorFlow.js, the reference, far slower."),
    learningRate: z.number().gt(0).max(1000).default(0.1).describe("Step size of SGD."),
    batchSize: countUpTo(65_536)
      .default(32)
      .describe("Examples per minibatch; the last one of an epoch may be smaller."),
    localEpochs: countUpTo(10_000).default(1).describe("Epochs that a client trains in each round."),
    localSteps: countUpTo(10_000_000)
      .nullable()
      .default(null)
      .describe(
        "Minibatches that a client trains in each round, in place of localEpochs; null trains epochs.",
      ),
    momentum: z.number().min(0).lt(1).default(0).describe("Momentum of SGD; starts at zero in every round."),
    weightDecay: z
      .number()
      .min(0)
      .max(1000)
      .default(0)
      .describe("L2 penalty added to the gradient: decay x weight."),
    schedule: schedule.prefault({}),
  })
  .describe("How clients, and the baseline, train.");

const baseline = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe("Train the same model on the pooled shards for comparison; a real federation turns it off."),
    epochs: countUpTo(100_000).default(100).describe("Epochs of the centralized baseline."),
  })
  .describe("The centralized baseline that the federation is compared with.");

/** Everything that determines a run besides its data set: the same configuration gives the same bits. */
export const configSchema = z.strictObject({
  preset: z.string().default("custom").describe("The preset that this configuration started from."),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1)
    .describe(
      "Seed of every random choice: partition, held-out examples, start, order, selection of clients.",
    ),
  dataset: dataset.prefault({}),
  partition: partitionSettings.prefault({}),
  task: taskSettings.prefault({}),
  model: modelSettings.prefault({}),
  training: training.prefault({}),
  federation: federation.prefault({}),
  privacy: privacySettings.prefault({}),
  baseline: baseline.prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
