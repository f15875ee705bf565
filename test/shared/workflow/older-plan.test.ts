import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isSameModel, specOf } from "../../../shared/model/spec.ts";
import { planRecord } from "../../../shared/workflow/plan-record.ts";

/** As 0.1.0 wrote it, and records of format 1 have it. */
const older = JSON.parse(
  readFileSync(new URL("../../fixtures/run-0.1.0/plan.json", import.meta.url), "utf8"),
);

test("a plan with a shape is one of a perceptron of that shape", () => {
  expect(older.shape).toEqual({ features: 3, hidden: [3], classes: 3 });
  const { model, config } = planRecord.parse(older);
  expect(model).toEqual({ kind: "mlp", features: 3, hidden: [3], outputs: 3 });
  expect(config.model).toEqual({ kind: "mlp", hidden: [3] });
});

test("a plan with a model keeps it, whatever else it holds", () => {
  const model = { kind: "mlp", features: 2, hidden: [], outputs: 5 };
  expect(planRecord.parse({ ...older, model })).toMatchObject({ model });
});

test.each([
  ["no model at all", { shape: undefined }],
  ["a shape that is none", { shape: { features: 3, classes: 3 } }],
  ["a model of no kind", { model: { kind: "tree", features: 3, outputs: 3 } }],
])("a plan with %s is refused", (_, change) => {
  expect(planRecord.safeParse({ ...older, ...change }).success).toBe(false);
});

test("a model that says nothing of what stands between its layers has ReLU, and is another than one of tanh", () => {
  const model = { kind: "mlp", features: 2, hidden: [4], outputs: 5 } as const;
  const of = (activation?: "relu" | "tanh") =>
    specOf(
      { task: { kind: "classification" }, model: { kind: "mlp", hidden: [4], activation } },
      { features: 2, classes: 5 },
    );
  expect(of()).toEqual(model);
  expect(of("relu")).toEqual(model);
  expect(planRecord.parse({ ...older, model: of("tanh") }).model).toEqual({ ...model, activation: "tanh" });
  expect(isSameModel(of("relu"), of())).toBe(true);
  expect(isSameModel(of("tanh"), of())).toBe(false);
});
