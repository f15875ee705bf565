import type { Mutant } from "../mutant.ts";

/** The mathematics of training and aggregation. */
export const learning: readonly Mutant[] = [
  {
    name: "client-first-learning-rate",
    fault: "Clients train every round with the first round's learning rate.",
    file: "functions/train-client/train-client.ts",
    find: "learningRateAt(plan.config.training, round)",
    replace: "learningRateAt(plan.config.training, 1)",
    tests: ["test/functions/learning-rates.test.ts"],
  },
  {
    name: "baseline-first-learning-rate",
    fault: "The baseline trains every epoch with the first epoch's learning rate.",
    file: "shared/model/baseline.ts",
    find: "learningRateAt(training, epoch)",
    replace: "learningRateAt(training, 1)",
    tests: ["test/functions/learning-rates.test.ts"],
  },
  {
    name: "glorot-inputs-alone",
    fault: "The bound of a layer's first weights goes by its inputs and leaves out its outputs.",
    file: "shared/model/layout.ts",
    find: "Math.sqrt(6 / (inputs + outputs))",
    replace: "Math.sqrt(6 / inputs)",
    tests: ["test/shared/model/start.test.ts"],
  },
  {
    name: "tanh-without-slope",
    fault: "Deltas pass tanh as if it were the identity.",
    file: "shared/model/kernel/mlp.ts",
    find: "  activation.slope?.(below.z, count, below.stride, below.delta);\n",
    replace: "",
    tests: ["test/shared/model/gradient.test.ts", "test/shared/model/clipped-sum.test.ts"],
  },
  {
    name: "tanh-norms-rectified",
    fault:
      "Ghost norms leave out what is negative of tanh, so that gradients are clipped to more than the clip.",
    file: "shared/model/kernel/activation.ts",
    find: "squares: squaredValues,",
    replace: "squares: (z, count, stride, target) => squaredValues(z, 0 * count, stride, target),",
    tests: ["test/shared/model/clipped-sum.test.ts"],
  },
  {
    name: "fednova-no-ratio",
    fault: "FedNova weights clients by their examples alone, as FedAvg does.",
    file: "shared/strategy/fednova.ts",
    find: "examples / accumulatedSteps(steps, momentum)",
    replace: "examples / accumulatedSteps(Math.min(1, steps), momentum)",
    tests: ["test/shared/strategy/fednova.test.ts"],
  },
  {
    name: "fednova-inverse-ratio",
    fault: "FedNova multiplies by a client's steps where it has to divide.",
    file: "shared/strategy/fednova.ts",
    find: "examples / accumulatedSteps(steps, momentum)",
    replace: "examples / (1 / accumulatedSteps(steps, momentum))",
    tests: ["test/shared/strategy/fednova.test.ts"],
  },
  {
    name: "scaffold-examples-of-round",
    fault:
      "SCAFFOLD's server moves its control by the share of the round's clients, not of the whole federation.",
    file: "shared/strategy/scaffold.ts",
    find: "sent.change as Float64Array, federationExamples)",
    replace: "sent.change as Float64Array, examples + 0 * federationExamples)",
    tests: ["test/shared/strategy/scaffold.test.ts"],
  },
  {
    name: "trainings-of-one-stream",
    fault: "A client goes through its examples in the same orders in every training of a round.",
    file: "shared/client/local-training.ts",
    find: "label === undefined ? [] : [label]",
    replace: "label === undefined ? [] : [label].slice(1)",
    tests: ["test/shared/client/procedures.test.ts"],
  },
  {
    name: "federation-examples-of-round",
    fault: "The aggregator tells a strategy the examples of the round's clients for those of the federation.",
    file: "shared/rounds/server-start.ts",
    find: "clients.reduce((sum, { train }) => sum + train, 0)",
    replace: "clients.reduce((sum, { train }) => sum + train, 0) * config.federation.fraction",
    tests: ["test/functions/strategies.test.ts"],
    titled: "SCAFFOLD",
  },
];
