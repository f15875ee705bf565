import { describe, expect, test } from "vitest";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { InputError } from "../../../shared/errors.ts";
import { planStudy } from "../../../shared/study/plan.ts";

function problem(study: unknown): string {
  try {
    planStudy(study, checkConfig);
  } catch (error) {
    if (error instanceof InputError && error.name === "StudyInvalid") return error.message;
    throw error;
  }
  throw new Error("the study was taken");
}

const good = { name: "study", preset: "smoke", seeds: [1] };
const vary = (axes: object) => ({ ...good, vary: axes });

describe("a study is refused with", () => {
  test.each<[string, unknown, RegExp]>([
    ["no object", [1], /the study: got \[1\]; takes an object/],
    ["no name", { seeds: [1] }, /name: got nothing; takes a string \(1 to 32 letters/],
    ["a name with a path", { ...good, name: "../x" }, /name: got "\.\.\/x"/],
    ["an unknown field", { ...good, sweep: {} }, /sweep: no such field; the study takes name, about, preset/],
    ["no seeds", { name: "a" }, /seeds: got nothing; takes a list \(each an integer from 0 to 4294967295\)/],
    ["an empty list of seeds", { ...good, seeds: [] }, /seeds: got \[\].*At least one/],
    ["a seed twice", { ...good, seeds: [1, 2, 1] }, /seeds: got \[1,2,1\].*each once/],
    ["a seed that is none", { ...good, seeds: [1, -2] }, /seeds\.1: got -2; takes an integer from 0/],
    ["a target beyond all", { ...good, targetAccuracy: 97 }, /targetAccuracy: got 97; takes a number/],
    ["axes as a list", { ...good, vary: [1] }, /vary: got \[1\]; takes an object such as \{/],
    ["an unknown preset", { ...good, preset: "papre" }, /preset: there is no "papre"; take one of paper/],
    ["an unknown field of the configuration", { ...good, config: { lr: 1 } }, /^lr: no such field/],
    ["a seed in the configuration", { ...good, config: { seed: 1 } }, /config\.seed: list the seeds/],
    ["a preset in the configuration", { ...good, config: { preset: "paper" } }, /config\.preset/],
    ["an axis without values", vary({ "model.hidden": [] }), /vary\.model\.hidden: got \[\]; takes a list/],
    ["an axis of one value", vary({ "training.learningRate": 0.1 }), /learningRate: got 0\.1; takes a list/],
    ["seeds as an axis", vary({ seed: [1, 2] }), /vary\.seed: "seed" is no axis; list the seeds in seeds/],
    ["a path that is none", vary({ "training.": [1] }), /"training\." is no path of a field/],
    ["an assignment as path", vary({ "seed=1": [1] }), /"seed=1" is no path of a field/],
    ["an axis that is no field", vary({ "training.lr": [0.1] }), /training\.lr: no such field/],
    ["a value twice", vary({ "training.learningRate": [0.1, 0.1] }), /two values are called "0\.1"/],
    [
      "axes over a section and its field",
      vary({ "federation.strategy": [{ name: "FedAvg" }], "federation.strategy.name": ["FedProx"] }),
      /the axes federation\.strategy and federation\.strategy\.name both set federation\.strategy\.name/,
    ],
    [
      "a preset beside an axis of presets",
      vary({ preset: ["paper", "tuned"] }),
      /preset: got "smoke", and vary has an axis of presets/,
    ],
    [
      "a preset that is no name",
      { name: "a", seeds: [1], vary: { preset: [1] } },
      /preset: got 1; takes the name of a preset/,
    ],
    [
      "two cells that are one configuration",
      vary({ "federation.strategy": [{ name: "FedProx" }, { name: "FedProx", mu: 0.01 }] }),
      /the cells "FedProx" and "FedProx mu=0\.01" are the same configuration/,
    ],
    [
      "a history that is too long",
      vary({ "federation.executionRounds": [50_000] }),
      /50000 rounds of 4 participants do not fit/,
    ],
    [
      "a strategy that takes more clients",
      vary({ "federation.strategy": [{ name: "FedAvg" }, { name: "Bulyan" }] }),
      /Bulyan takes at least 7 updates a round.*\[in Bulyan\]/,
    ],
    [
      "too many runs",
      { ...vary({ "training.batchSize": Array.from({ length: 5_001 }, (_, i) => i + 1) }), seeds: [1, 2] },
      /10002 runs are more than 10000/,
    ],
    [
      "a reference that is no axis",
      { ...vary({ "training.batchSize": [1, 2] }), reference: { batch: "1" } },
      /reference: got \{"batch":"1"\}; takes one of the axes "training\.batchSize"/,
    ],
    [
      "a reference that is no value",
      { ...vary({ "training.batchSize": [1, 2] }), reference: { "training.batchSize": "3" } },
      /reference\.training\.batchSize: got "3"; takes one of the values "1", "2"/,
    ],
  ])("%s", (_what, study, message) => {
    expect(problem(study)).toMatch(message);
  });

  test("every value that is out of range, and the cells in which it is", () => {
    const said = problem(
      vary({ "partition.otherShare": [0.1, 2], "training.batchSize": [8, 0], "federation.rounds": [1, 2] }),
    );
    expect(said.split("\n")).toEqual([
      expect.stringMatching(/^training\.batchSize: got 0; takes .*\[in 0\.1, 0, 1 and 3 other cells\]$/),
      expect.stringMatching(/^partition\.otherShare: got 2; takes .*\[in 2, 8, 1 and 3 other cells\]$/),
    ]);
  });
});

describe("a target", () => {
  const few = { name: "few", preset: "smoke", config: { federation: { fraction: 0.5 } }, seeds: [1] };

  test("is refused where each round's model is evaluated by a moving few, and taken where all or a test set do", () => {
    expect(() => planStudy({ ...few, targetAccuracy: 0.9 }, checkConfig)).toThrow(
      expect.objectContaining({
        name: "StudyInvalid",
        message: expect.stringContaining("set federation.evaluation to all or test-set"),
      }),
    );
    expect(() => planStudy(few, checkConfig)).not.toThrow();
    for (const federation of [
      { fraction: 0.5, evaluation: "all" },
      { fraction: 0.5, evaluation: "test-set" },
      { fraction: 0.5, stop: { accuracy: 0.9 } },
      { fraction: 1 },
    ]) {
      expect(() =>
        planStudy({ ...few, config: { federation }, targetAccuracy: 0.9 }, checkConfig),
      ).not.toThrow();
    }
  });
});
