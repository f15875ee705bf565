import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { selectedCount } from "../rounds/selection.ts";
import { openStrategy } from "../strategy/strategies.ts";
import { openStages } from "../update/stages.ts";
import { halfModulus } from "./fixed-point.ts";
import { hasMasks, ownersHelp, sumsIntegers } from "./settings.ts";

const section = "federation.secureAggregation";

/**
 * Whether what secure aggregation needs goes with the rest of a configuration.
 * @param owners whether the clients are owners who keep their data
 * @throws ConfigInvalid naming the two that cannot go together, and why
 */
export function checkSecureAggregation({ federation, partition }: Config, owners: boolean): void {
  if (federation.secureAggregation.recomputable && !ownersHelp({ federation })) {
    throw configInvalid(
      `${section}.recomputable: gives owners masked updates, and ${section}.helpers is ${federation.secureAggregation.helpers}: take ` +
        "owners, or leave it out",
    );
  }
  if (!sumsIntegers({ federation })) return;
  const { helpers, minimumCohort } = federation.secureAggregation;
  const { name, reduction } = openStrategy(federation.strategy);
  const refuse = (because: string) => configInvalid(`${section}.helpers: ${helpers} ${because}`);
  if (reduction.kind !== "sum") {
    throw refuse(
      `cannot go with ${name}, which holds single updates against each other, and nobody sees one: take null, or a ` +
        "federation.strategy that steps from sums",
    );
  }
  if (!hasMasks({ federation })) return;
  if (owners && helpers === "coordinator") {
    throw refuse(
      "stands in for helpers in a simulation and protects nothing, and the clients are owners: take owners, or leave it out",
    );
  }
  if (!owners && helpers === "owners") {
    throw refuse("takes members of a federation who help, and the clients are simulated: take coordinator");
  }
  if (federation.evaluation === "test-set") {
    throw refuse(
      "cannot go with federation.evaluation test-set, where one participant evaluates, whose sum would be its own: take " +
        "federation.evaluation selected or all",
    );
  }
  const checkedEach = openStages(federation.update).find(
    (stage) => (stage.refute && !stage.convex) || (stage.needs === "any" && stage.server),
  );
  if (checkedEach) {
    throw refuse(
      `cannot go with federation.update ${checkedEach.name}, which is checked or undone in each update, and nobody sees one: ` +
        "leave one of the two out",
    );
  }
  const selected = selectedCount(federation, partition.clients);
  if (selected >= minimumCohort) return;
  throw configInvalid(
    `${section}.minimumCohort: ${minimumCohort} clients are to be in every sum, and a round selects ${selected}; raise ` +
      `partition.clients or federation.fraction, or lower it${minimumCohort > 2 ? " to 2 at least" : ""}`,
  );
}

/**
 * Whether no sum can reach half the modulus, and all clients together have the examples that a sum is over at least.
 * @throws ConfigInvalid naming the setting to change
 */
export function checkSumsOver(config: Config, { train }: { readonly train: number }): void {
  if (!sumsIntegers(config)) return;
  const { scaleBits, largestChange, minimumExamplesInSum } = config.federation.secureAggregation;
  // of each update's integers half of one is rounding
  const most = train * (largestChange + 2 ** -scaleBits) * 2 ** scaleBits;
  if (most >= halfModulus) {
    const bits = Math.ceil(Math.log2(halfModulus / (train * largestChange))) - 1;
    throw configInvalid(
      `${section}.scaleBits: ${train} examples times changes of up to ${largestChange} times 2^${scaleBits} reach half of ` +
        `2^64, beyond which a sum is another number; take at most ${bits}, or a smaller ${section}.largestChange`,
    );
  }
  if (!hasMasks(config)) return;
  if (train >= minimumExamplesInSum) return;
  throw configInvalid(
    `${section}.minimumExamplesInSum: every sum is to be over ${minimumExamplesInSum} examples, and all clients together ` +
      `train with ${Math.floor(train)}; lower it, or bring more examples`,
  );
}
