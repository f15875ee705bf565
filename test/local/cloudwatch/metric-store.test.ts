import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { metricLinesOf } from "../../../local/cloudwatch/embedded-metrics.ts";
import { MetricStore } from "../../../local/cloudwatch/metric-store.ts";
import { toyFunction, toyLambda } from "../lambda/toy-functions.ts";

function newStore(): MetricStore {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return new MetricStore(join(folder, "metrics"));
}

test("lines come back by their dimensions, in the order in which they came", async () => {
  const store = newStore();
  const line = (run: string, n: number) => ({
    namespace: "a/b",
    dimensions: { run, service: "s" },
    content: { run, n },
  });
  for (const [run, n] of [
    ["one", 1],
    ["two", 1],
    ["one", 2],
  ] as const)
    store.add(line(run, n));
  store.add({ namespace: "a/b", dimensions: { service: "s" }, content: { n: 9 } });
  expect(await store.find("a/b", ["service", "run"], { run: "one" })).toEqual([
    { run: "one", n: 1 },
    { run: "one", n: 2 },
  ]);
  expect(await store.find("a/b", ["service"], {})).toEqual([{ n: 9 }]);
  expect(await store.find("a/b", ["run"], { run: "one" })).toEqual([]);
  expect(await store.find("a", ["service", "run"], {})).toEqual([]);
});

test("whatever a dimension is called and says, it is found again and mixed up with no other", async () => {
  const store = newStore();
  const text = fc.string({ minLength: 1, maxLength: 90, unit: "grapheme" });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(text, text, text, async (namespace, name, value) => {
      const content = { n: n++ };
      store.add({ namespace: `n${namespace}`, dimensions: { [name]: value }, content });
      const found = await store.find(`n${namespace}`, [name], { [name]: value });
      expect(found.at(-1)).toEqual(content);
      expect(await store.find(`n${namespace}`, [name], { [name]: `${value}x` })).not.toContainEqual(content);
    }),
    { numRuns: 100, seed: 6 },
  );
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
