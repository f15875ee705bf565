import { expect, test } from "vitest";
import { figuresBytes, partitionBytes, resultBytes } from "../../../shared/workflow/record-size.ts";

/** The most examples that a run takes: no count has more digits. */
const most = 10_000_000;
const counts = (length: number) => Array.from({ length }, () => most);
/** Bytes of a value as a record holds it, and of the same without what is counted. */
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value, null, 2));

const config = { task: { kind: "classification" } } as const;
const data = { classes: 120, features: 50 };
const confusion = counts(data.classes).map(() => counts(data.classes));
const of = (model: unknown) => ({ federated: { confusion: model }, baseline: { confusion: model } });
const clients = (n: number) =>
  Array.from({ length: n }, () => ({ heldOutLabels: counts(120), labelCounts: counts(120) }));
const extremes = {
  mean: counts(50).map(() => -1.2345678901234567e-200),
  deviation: counts(50).map(() => 5e-324),
};

test("what a record counts takes no more bytes than its readers expect of it", () => {
  const none = { classes: 0, features: 0 };
  const cells = figuresBytes({ config, dataset: data }) - figuresBytes({ config, dataset: none });
  expect(bytesOf({ evaluated: { confusion } })).toBeLessThan(cells);
  const both = resultBytes(0, data, cells) - partitionBytes(0, data);
  expect(bytesOf(of(confusion))).toBeLessThan(both);
  const divided = partitionBytes(200, data) - partitionBytes(0, none);
  expect(bytesOf({ clients: clients(200), scaling: extremes })).toBeLessThan(divided);
});
