/** A wrong assignment of --set, what it has in the place of what is right, and what is said of it. */
export const refusedAssignments: [string, string, RegExp][] = [
  [
    "no number",
    "training.learningRate=fast",
    /^training\.learningRate: got "fast"; takes a number above 0 and at/,
  ],
  ["a quoted number", 'training.learningRate="0.1"', /^training\.learningRate: got "0\.1"; takes a number/],
  ["nothing", "training.learningRate=", /^training\.learningRate: got ""; takes a number/],
  ["NaN", "training.learningRate=NaN", /^training\.learningRate: got "NaN"; takes a number/],
  ["infinity", "training.learningRate=1e999", /^training\.learningRate: got .*; takes a number/],
  ["at an open end", "dataset.heldOut=1", /^dataset\.heldOut: got 1; takes a number above 0 and below 1 /],
  ["below a range", "seed=-1", /^seed: got -1; takes an integer from 0 to 4294967295 /],
  [
    "above a range",
    "partition.clients=10001",
    /^partition\.clients: got 10001; takes an integer from 1 to 10000 /,
  ],
  [
    "a fraction",
    "federation.rounds=1.5",
    /^federation\.rounds: got 1\.5; takes an integer from 1 to 100000 /,
  ],
  [
    "a limit of none",
    "dataset.limit=0",
    /^dataset\.limit: got 0; takes an integer from 1 to 10000000 or null /,
  ],
  ["no such choice", "training.trainer=gpu", /^training\.trainer: got "gpu"; takes one of kernel, tfjs /],
  [
    "no such strategy",
    "federation.strategy.name=fedavg",
    /^federation\.strategy\.name: got "fedavg"; takes one of FedAvg, FedAvgM, FedProx, .*SCAFFOLD/,
  ],
  ["no truth", "baseline.enabled=yes", /^baseline\.enabled: got "yes"; takes true or false /],
  [
    "no such kind",
    "partition.kind=dirichlett",
    /^partition\.kind: got "dirichlett"; takes one of main-label, iid, dirichlet, pathological, shard, size, natural-id \(How/,
  ],
  [
    "no kind at all",
    "partition.kind=null",
    /^partition\.kind: got null; takes one of main-label, iid, dirichlet, pathological, shard, size, natural-id /,
  ],
  [
    "a value for a group that has kinds",
    "partition=iid",
    /^partition: got "iid"; takes an object with kind, one of main-label, iid,.* and the fields of that \(How/,
  ],
  [
    "a field of another kind",
    "partition.alpha=1",
    /^partition\.alpha: no such field; partition of kind main-label takes kind, clients, otherShare \(alpha is a field of dirichlet\)$/,
  ],
  [
    "a field of no kind",
    "partition.aplha=1",
    /^partition\.aplha: no such field; partition of kind main-label takes kind, clients, otherShare$/,
  ],
  ["no list", "model.hidden=64", /^model\.hidden: got 64; takes a list \(at most 16, each an integer from 1/],
  ["an item of a list", "model.hidden=[8,0]", /^model\.hidden\.1: got 0; takes an integer from 1 to 65536/],
  [
    "too long a list",
    `model.hidden=[${new Array(17).fill(1)}]`,
    /^model\.hidden: got \[.*takes a list \(at most 16/,
  ],
  [
    "a value for a group",
    "training=3",
    /^training: got 3; takes an object with trainer, learningRate, batchSize/,
  ],
  ["null for a group", "training=null", /^training: got null; takes an object with trainer/],
  [
    "an unknown group",
    "trainin.rate=1",
    /^trainin: no such field; the configuration takes preset, seed, dataset/,
  ],
  [
    "an unknown field",
    "training.rate=1",
    /^training\.rate: no such field; training takes trainer, learningRate/,
  ],
  ["a field below a value", "seed.deep=1", /^seed: got \{"deep":1\}; takes an integer/],
  ["no assignment", "training.learningRate", /^--set takes path=value, .*, not "training\.learningRate"$/],
  ["no path", "=1", /^--set takes path=value, .*, not "=1"$/],
];

/** The same of the fields that a kind of partition has. */
export const refusedOfKinds: [string, string, RegExp][] = [
  ["dirichlet", "alpha=0", /^partition\.alpha: got 0; takes a number from 0\.001 to 1000000 \(Concentration/],
  ["dirichlet", "balanced=1", /^partition\.balanced: got 1; takes true or false \(/],
  ["dirichlet", "minSize=1", /^partition\.minSize: got 1; takes an integer from 2 to 1000000 \(/],
  [
    "pathological",
    "labelsPerClient=0",
    /^partition\.labelsPerClient: got 0; takes an integer from 1 to 10000 /,
  ],
  [
    "shard",
    "shardsPerClient=1.5",
    /^partition\.shardsPerClient: got 1\.5; takes an integer from 1 to 10000 /,
  ],
  ["size", "growth=square", /^partition\.growth: got "square"; takes one of linear, exponential \(How many/],
  ["size", "clients=0", /^partition\.clients: got 0; takes an integer from 1 to 10000 \(Number of clients/],
];
