import { describe, expect, test } from "vitest";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { checkSumsOver } from "../../../shared/secure-aggregation/check.ts";

const config = (...set: string[]) =>
  resolveConfig({
    file: {
      partition: { kind: "iid", clients: 10 },
      federation: { secureAggregation: { helpers: "coordinator" } },
    },
    set,
  });
const refusal = (...set: string[]) => {
  try {
    checkConfig(config(...set));
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : error;
  }
};

describe("what cannot go together with masks is refused before a run, by the field to change:", () => {
  test.each(["Median", "TrimmedMean", "Krum", "MultiKrum", "Bulyan"])(
    "%s, which needs single updates",
    (name) => {
      expect(refusal(`federation.strategy.name=${name}`)).toMatch(
        new RegExp(
          `^ConfigInvalid: federation\\.secureAggregation\\.helpers: coordinator cannot go with ${name}, which holds`,
        ),
      );
    },
  );

  test("a test set, which one participant evaluates", () => {
    expect(refusal("federation.evaluation=test-set")).toMatch(
      /cannot go with federation\.evaluation test-set/,
    );
  });

  test("rounds that select fewer clients than a sum is to be over", () => {
    expect(refusal("federation.fraction=0.2")).toMatch(
      /^ConfigInvalid: federation\.secureAggregation\.minimumCohort: 3 clients .* a round selects 2; raise/,
    );
  });

  test("owners, whom the coordinator's own helpers would protect from nobody", () => {
    expect(() => checkConfig(config(), true)).toThrow(/protects nothing, and the clients are owners/);
  });

  test("masked updates for owners to recompute models from, where no owners open them", () => {
    expect(refusal("federation.secureAggregation.recomputable=true")).toMatch(
      /^ConfigInvalid: federation\.secureAggregation\.recomputable: .*helpers is coordinator: take owners/,
    );
  });

  test("and nothing else: linear strategies and clipping go", () => {
    for (const name of [
      "FedAvg",
      "FedAvgM",
      "FedProx",
      "FedAdagrad",
      "FedAdam",
      "FedYogi",
      "SCAFFOLD",
      "FedNova",
    ]) {
      expect(refusal(`federation.strategy.name=${name}`)).toBeUndefined();
    }
    expect(refusal('federation.update=[{"stage":"clipping","norm":1}]')).toBeUndefined();
  });
});

describe("sums", () => {
  const over = (train: number, ...set: string[]) => {
    try {
      checkSumsOver(config(...set), { train });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };

  test("may come near half the modulus and not reach it", () => {
    // 2^19 examples times 2^4 times 2^40 are 2^63, and rounding comes on top
    expect(over(2 ** 19 - 1)).toBeUndefined();
    expect(over(2 ** 19)).toMatch(
      /^federation\.secureAggregation\.scaleBits: 524288 examples times changes of up to 16 times 2\^40 .*at most 39/,
    );
    expect(over(2 ** 19, "federation.secureAggregation.scaleBits=39")).toBeUndefined();
    expect(over(2 ** 19, "federation.secureAggregation.largestChange=8")).toBeUndefined();
  });

  test("are over the least number of examples, or nothing begins", () => {
    expect(over(499)).toMatch(
      /^federation\.secureAggregation\.minimumExamplesInSum: every sum is to be over 500 examples, and .*train with 499/,
    );
    expect(over(500)).toBeUndefined();
    expect(over(10, "federation.secureAggregation.minimumExamplesInSum=10")).toBeUndefined();
  });
});
