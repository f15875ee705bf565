import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { metricLinesOf } from "../../../local/cloudwatch/embedded-metrics.ts";
import { MetricStore } from "../../../local/cloudwatch/metric-store.ts";
import { toyFunction, toyLambda } from "../lambda/toy-functions.ts";
import { storedLines } from "./stored-lines.ts";

function newStore() {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, store: new MetricStore(folder) };
}

test("lines stand by their dimensions, in the order in which they came", () => {
  const { folder, store } = newStore();
  for (const [run, n] of [
    ["one", 1],
    ["two", 1],
    ["one", 2],
  ] as const)
    store.add({ namespace: "a/b", dimensions: { service: "s", run }, content: { run, n } });
  store.add({ namespace: "a/b", dimensions: { run: "one", service: "s" }, content: { n: 8 } });
  store.add({ namespace: "a/b", dimensions: { service: "s" }, content: { n: 9 } });
  expect(storedLines(folder)).toEqual(
    new Map([
      [join("a%2Fb", "run=one&service=s.jsonl"), [{ run: "one", n: 1 }, { run: "one", n: 2 }, { n: 8 }]],
      [join("a%2Fb", "run=two&service=s.jsonl"), [{ run: "two", n: 1 }]],
      [join("a%2Fb", "service=s.jsonl"), [{ n: 9 }]],
    ]),
  );
});

test("whatever a namespace and a dimension are called, a file holds the lines of one combination, and all of them", () => {
  const { folder, store } = newStore();
  // of few letters, so that some come twice, and some differ only where a long name is cut
  const text = fc.oneof(
    fc.string({ minLength: 1, maxLength: 90, unit: "grapheme" }),
    fc.constantFrom("=", "&", "a", "a=a", "A", "~", "x".repeat(60), `${"x".repeat(60)}y`),
  );
  const added = new Set<string>();
  fc.assert(
    fc.property(text, text, text, (namespace, name, value) => {
      const key = JSON.stringify([namespace, name, value]);
      store.add({ namespace: `n${namespace}`, dimensions: { [name]: value }, content: { key } });
      added.add(key);
    }),
    { numRuns: 300, seed: 6 },
  );
  const combinations = [...storedLines(folder).values()].map(
    (lines) => new Set(lines.map((line) => JSON.stringify(line))),
  );
  expect(combinations.filter(({ size }) => size !== 1)).toEqual([]);
  expect(combinations).toHaveLength(added.size);
});

test("what a function logs in an invocation is there when the invocation has ended", async () => {
  const metric = {
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [{ Namespace: "n", Dimensions: [[]], Metrics: [{ Name: "m" }] }],
    },
    m: 5,
    padding: "x".repeat(20_000),
  };
  const code = `export const handler = async ({ n }) => console.log(JSON.stringify({ ...${JSON.stringify(metric)}, n }));`;
  const seen: unknown[] = [];
  await using lambda = await toyLambda(async (folder) => [await toyFunction(folder, { source: code })], {
    logged: (log) => seen.push(...metricLinesOf(log).map(({ content }) => content.n)),
  });
  await lambda.invoke({ n: 1 });
  await lambda.invoke({ n: 2 });
  expect(seen).toEqual([1, 2]);
});
