import { type Deployment, withLimits } from "../../../cloud/deployment.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { few } from "./asked-execution.ts";

const tooBig = withLimits(defaultDeployment, "PrepareRun", { memoryMb: 128 });
const none = { ...defaultDeployment, baseline: false };

/** What an execution may not ask for, the name and the message of its error, and the deployment where it takes another. */
export const refusedInputs: [string, unknown, string, RegExp, Deployment?][] = [
  ["no object", null, "ConfigInvalid", /^the execution's input: got null; takes an object with preset, set/],
  ["a list", [], "ConfigInvalid", /^the execution's input: got \[\]/],
  ["an unknown field", { seed: 2 }, "ConfigInvalid", /^seed: no such field; .* takes preset, set, dataset$/],
  ["the prototype", JSON.parse('{"__proto__":{}}'), "ConfigInvalid", /^__proto__: no such field/],
  ["an unknown preset", { preset: "papr" }, "ConfigInvalid", /^preset: there is no "papr"/],
  ["a preset that is no text", { preset: 5 }, "ConfigInvalid", /^preset: got 5/],
  ["a set that is no object", { set: ["seed=2"] }, "ConfigInvalid", /^set: got \["seed=2"\]/],
  ["an unknown path", { set: { "training.rate": 1 } }, "ConfigInvalid", /^training\.rate: no such field/],
  ["the prototype of a path", { set: JSON.parse('{"__proto__":1}') }, "ConfigInvalid", /^__proto__: no such/],
  [
    "a preset in set",
    { set: { preset: "tuned" } },
    "ConfigInvalid",
    /^set\.preset: preset stands beside set/,
  ],
  ["a value out of range", { set: { seed: -1 } }, "ConfigInvalid", /^seed: got -1; takes an integer from 0/],
  ["a text for a number", { set: { seed: "2" } }, "ConfigInvalid", /^seed: got "2"/],
  ["no data set", { dataset: "iris" }, "ConfigInvalid", /^dataset: got "iris"; .*sample/],
  [
    "a digest that is not there",
    { dataset: "0".repeat(64) },
    "DatasetInvalid",
    /^dataset: there is no .* 0{64}/,
  ],
  ["a run that is not there", { run: "mine" }, "RunMissing", /^run: there is no run "mine"/],
  ["a name of no run", { run: "a b" }, "ConfigInvalid", /^run: got "a b"/],
  [
    "a run with more",
    { run: "r", preset: "paper" },
    "ConfigInvalid",
    /^preset: no such field; .* run takes run$/,
  ],
  [
    "a history too long",
    { set: { "federation.executionRounds": 5000, "federation.rounds": 5000 } },
    "HistoryTooLong",
    /^federation\.executionRounds: /,
  ],
  [
    "a partition that cannot be",
    { ...few, dataset: "sample", set: { ...few.set, "partition.kind": "natural-id" } },
    "PartitionInvalid",
    /./,
  ],
  [
    "a budget too small",
    { ...few, dataset: "sample", set: { ...few.set, "federation.budget": 1e-6 } },
    "BudgetTooSmall",
    /^federation\.budget: /,
  ],
  ["a baseline where there is none", {}, "BaselineUnavailable", /baseline\.enabled/, none],
  [
    "memory that is not there",
    { dataset: "sample" },
    "LambdaMemoryTooSmall",
    /PrepareRun .* has 128/,
    tooBig,
  ],
  [
    "memory for MNIST",
    {},
    "LambdaMemoryTooSmall",
    /^dataset: .* fetch MNIST, .*memoryMb\.PrepareRun=/,
    tooBig,
  ],
];
