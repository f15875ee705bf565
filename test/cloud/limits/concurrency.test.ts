import { expect, test } from "vitest";
import { concurrencyNote } from "../../../cloud/limits/concurrency.ts";
import { configOf } from "./sizes.ts";

test("a new account's concurrency is a note, and none for a run that stays below it", () => {
  expect(concurrencyNote(configOf("partition.clients=9"))).toBeUndefined();
  expect(concurrencyNote(configOf("partition.clients=10", "baseline.enabled=false"))).toBeUndefined();
  expect(concurrencyNote(configOf("partition.clients=10"))).toMatch(/^up to 11 Lambda functions run at once/);
  // an inline Map starts forty
  expect(concurrencyNote(configOf("partition.clients=500"))).toMatch(/^up to 41 /);
});
