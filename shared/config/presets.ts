import type { ConfigInput } from "./schema.ts";

export interface Preset {
  readonly summary: string;
  readonly config: Omit<ConfigInput, "preset">;
  /** What differs where the sample that fedstep carries, a seventh of MNIST, stands in for all of it. */
  readonly onSample?: { readonly config: Omit<ConfigInput, "preset">; readonly why: string };
  /** What the source of the preset reports of all of MNIST. */
  readonly published?: Published;
}

export interface Published {
  /** Shares of 1. */
  readonly federated: number;
  readonly baseline: number;
  readonly source: string;
}

const paper: Preset = {
  summary: "the paper's experiment: MNIST, 10 clients with 55 % of one digit, FedAvg, 100 rounds",
  config: {
    partition: { kind: "main-label", clients: 10, otherShare: 0.05 },
    model: { hidden: [32] },
    training: { learningRate: 1.6e-4, batchSize: 32, localEpochs: 3 },
    federation: { rounds: 100 },
    baseline: { epochs: 100 },
  },
  onSample: {
    // so small a step follows the gradient: how far it comes is the rate times the steps, of which there is a seventh
    config: { training: { learningRate: 1.12e-3 } },
    why: "seven times the learning rate, since a seventh of the images makes a seventh of the steps",
  },
  published: {
    federated: 0.855,
    baseline: 0.902,
    source: "federated against centralized MNIST over ten unbalanced clients, Flower",
  },
};

const tuned: Preset = {
  summary: "the same federation with a sensible learning rate and a wider model",
  config: {
    partition: { kind: "main-label", clients: 10, otherShare: 0.05 },
    model: { hidden: [256] },
    training: { learningRate: 0.2, batchSize: 10, localEpochs: 1 },
    federation: { rounds: 100 },
    baseline: { epochs: 100 },
  },
};

const smoke: Preset = {
  summary: "a few seconds, to see that everything works",
  config: {
    dataset: { limit: 2_000 },
    partition: { kind: "main-label", clients: 4, otherShare: 0.1 },
    model: { hidden: [16] },
    training: { learningRate: 0.1, batchSize: 16, localEpochs: 1 },
    federation: { rounds: 3 },
    baseline: { epochs: 3 },
  },
};

const missingLabels: Preset = {
  summary:
    "the tuned federation where each of the 10 clients has one digit and lacks the nine others altogether",
  config: {
    ...tuned.config,
    partition: { kind: "main-label", clients: 10, otherShare: 0 },
  },
};

const dirichlet: Preset = {
  summary:
    "the tuned federation over 10 clients whose shares of each digit are drawn from Dir(0.1), as of Yurochkin et al. " +
    "2019 (arXiv:1905.12022)",
  config: {
    ...tuned.config,
    partition: { kind: "dirichlet", clients: 10, alpha: 0.1 },
  },
};

const mcmahan2nn: Preset["config"] = {
  // each of the 100 clients has 600 of the 60,000 training images; the 10,000 test images evaluate
  model: { hidden: [200, 200] },
  training: { learningRate: 0.1, batchSize: 10, localEpochs: 1 },
  federation: { rounds: 300, fraction: 0.1, evaluation: "test-set" },
  baseline: { epochs: 20 },
};

const mcmahanIid: Preset = {
  summary:
    "MNIST 2NN, IID, of McMahan et al. 2017 (arXiv:1602.05629): 100 clients, a tenth of them in each round, one epoch " +
    "in batches of 10, evaluated on the official test set",
  config: { ...mcmahan2nn, partition: { kind: "iid", clients: 100 } },
};

const mcmahanNoniid: Preset = {
  summary:
    "the same with the pathological split of McMahan et al. 2017: two shards of sorted labels a client",
  config: {
    ...mcmahan2nn,
    partition: { kind: "shard", clients: 100, shardsPerClient: 2 },
    federation: { ...mcmahan2nn.federation, rounds: 1000 },
  },
};

export const presets: Readonly<Record<string, Preset>> = {
  paper,
  tuned,
  smoke,
  "missing-labels": missingLabels,
  "mcmahan-2nn-iid": mcmahanIid,
  "mcmahan-2nn-noniid": mcmahanNoniid,
  "dirichlet-0.1": dirichlet,
};
