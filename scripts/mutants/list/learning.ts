import type { Mutant } from "../mutant.ts";

/** The mathematics of training and aggregation. */
export const learning: readonly Mutant[] = [
  {
    name: "client-first-learning-rate",
    fault: "Clients train every round with the first round's learning rate.",
    file: "functions/train-client/train-client.ts",
    find: "learningRateAt(training, round)",
    replace: "learningRateAt(training, 1)",
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
    name: "fednova-no-ratio",
    fault: "FedNova weights clients by their examples alone, as FedAvg does.",
    file: "shared/strategy/fednova.ts",
    find: "one.examples * ((taken[j] as number) / own)",
    replace: "one.examples * (own / own) ** (j + 1)",
    tests: ["test/shared/strategy/fednova.test.ts"],
  },
  {
    name: "fednova-inverse-ratio",
    fault: "FedNova divides by the others' steps what is to be divided by the client's own.",
    file: "shared/strategy/fednova.ts",
    find: "((taken[j] as number) / own)",
    replace: "(own / (taken[j] as number))",
    tests: ["test/shared/strategy/fednova.test.ts"],
  },
  {
    name: "scaffold-examples-of-round",
    fault:
      "SCAFFOLD's server moves its control by the share of the round's clients, not of the whole federation.",
    file: "shared/strategy/scaffold.ts",
    find: "(changes[i] as number) / federationExamples;",
    replace: "(changes[i] as number) / updates.reduce((n, one) => n + one.examples, 0 * federationExamples);",
    tests: ["test/shared/strategy/scaffold.test.ts"],
  },
  {
    name: "federation-examples-of-round",
    fault: "The aggregator tells a strategy the examples of the round's clients for those of the federation.",
    file: "shared/rounds/next-model.ts",
    find: "clients.reduce((sum, { train }) => sum + train, 0)",
    replace: "updates.reduce((sum, { examples }) => sum + examples, 0 * clients.length)",
    tests: ["test/functions/strategies.test.ts"],
    titled: "SCAFFOLD",
  },
];
