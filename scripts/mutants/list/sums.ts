import type { Mutant } from "../mutant.ts";

const laws = ["test/contract/strategy-consensus.test.ts", "test/shared/strategy/fixed-point.test.ts"];

/** How updates are added up, and what of them is measured. */
export const sums: readonly Mutant[] = [
  {
    name: "sum-in-float64",
    fault: "Products are added as they are, so that the order of arrival changes the last bits.",
    file: "shared/strategy/fixed-point.ts",
    find: "product - upper + toFine - toFine",
    replace: "product - upper",
    tests: ["test/shared/strategy/fixed-point.test.ts"],
  },
  {
    name: "sum-of-coarse-units",
    fault: "What is less than a coarse unit is lost.",
    file: "shared/strategy/fixed-point.ts",
    find: "(product - upper + toFine - toFine)",
    replace: "0 * (product - upper + toFine - toFine)",
    tests: laws,
  },
  {
    name: "groups-not-merged",
    fault: "An aggregator that takes over what another one has summed forgets its examples.",
    file: "shared/strategy/open-reduction.ts",
    find: "this.#examples += other.#examples;",
    replace: "this.#examples += 0 * other.#examples;",
    tests: ["test/contract/strategy-order.test.ts"],
  },
  {
    name: "unsummable-sent",
    fault: "A client sends values that the server cannot add up.",
    file: "functions/train-client/trained-update.ts",
    find: "if (problem !== undefined) throw",
    replace: "if (problem !== undefined && client < 0) throw",
    tests: ["test/functions/norm-bound.test.ts"],
  },
  {
    name: "unsummable-taken",
    fault: "The server takes values that it cannot add up.",
    file: "shared/strategy/range.ts",
    find: "if (!(Math.abs(value) <= summedRange)) return value;",
    replace: "if (!(Math.abs(value) <= Infinity * summedRange)) return value;",
    tests: ["test/functions/norm-bound.test.ts"],
  },
  {
    name: "stages-in-order-on-the-server",
    fault: "The server undoes update stages in the order in which the client has done them.",
    file: "shared/update/staged.ts",
    find: "of stages.toReversed()) {",
    replace: "of stages.toReversed().toReversed()) {",
    tests: ["test/functions/procedure-and-stages.test.ts"],
  },
  {
    name: "stages-left-in-the-sum",
    fault: "What an update stage has hidden in the updates stays in their sum.",
    file: "shared/strategy/open-reduction.ts",
    find: "finishSums(this.strategy, this.start, this.#beforeStages(sums), this.#updates)",
    replace: "finishSums(this.strategy, this.start, sums, this.#updates)",
    tests: ["test/functions/procedure-and-stages.test.ts"],
  },
  {
    name: "range-by-no-norm",
    fault: "No value of a model's change is looked at, however long the change is.",
    file: "shared/strategy/range.ts",
    find: "norm <= summedRange ? undefined : firstBeyond(parameters, global)",
    replace: "norm <= Infinity ? undefined : firstBeyond(parameters, global)",
    tests: ["test/shared/strategy/range.test.ts"],
  },
  {
    name: "direction-of-the-round-before-last",
    fault: "An update's direction is measured against the global model, not against its step.",
    file: "shared/metrics/drift.ts",
    find: "(global[i] as number) - (previous[i] as number);",
    replace: "(global[i] as number) - 0 * (previous[i] as number);",
    tests: ["test/shared/metrics/drift.test.ts"],
  },
  {
    name: "earlier-model-of-any-chain",
    fault: "The model that directions are measured from may be of another history.",
    file: "functions/aggregate-round/round-before.ts",
    find: "if (earlier) assertChain(",
    replace: "if (earlier && round < 0) assertChain(",
    tests: ["test/functions/earlier-model.test.ts"],
  },
];
