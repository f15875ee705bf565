import { expect, test } from "vitest";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const kindOf = (set: string[], classes?: number) => resolveConfig({ set, classes }).task.kind;

test("a configuration that names no task has the one that goes with its data", () => {
  expect(kindOf([])).toBe("classification");
  expect(kindOf([], 10)).toBe("classification");
  expect(kindOf([], 2)).toBe("binary");
  expect(resolveConfig({ preset: "paper", classes: 10 })).toEqual(resolveConfig({ preset: "paper" }));
});

test("what it says of its task decides, whatever the data are", () => {
  expect(kindOf(["task.kind=classification"], 2)).toBe("classification");
  expect(kindOf(["federation.stop.accuracy=0.9"], 2)).toBe("classification");
  expect(kindOf(["federation.stop.rocAuc=0.9"])).toBe("binary");
  expect(kindOf(["federation.stop.rmse=3"])).toBe("regression");
  expect(kindOf(["federation.stop.deviance=0.5"], 1)).toBe("poisson");
  expect(kindOf(["task.positive=yes"])).toBe("binary");
  expect(kindOf(["task.threshold=0.3"])).toBe("binary");
  expect(kindOf(["task.classWeights=balanced"])).toBe("classification");
  expect(kindOf(["task.classWeights=balanced"], 2)).toBe("binary");
  const { task } = resolveConfig({ base: resolveConfig({}), classes: 2 });
  expect(task).toEqual({ kind: "classification" });
});

test("a threshold of another task's score is refused by what to set", () => {
  expect(() =>
    checkConfig(resolveConfig({ set: ["task.kind=classification", "federation.stop.rocAuc=0.9"] })),
  ).toThrow(/^federation\.stop\.rocAuc: got 0\.9, and the task classification is judged by its accuracy; /);
});
