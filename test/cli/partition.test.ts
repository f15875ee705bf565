import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { skewOf } from "../../shared/partition/skew.ts";
import { tiny } from "../mnist/tiny-idx.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

/** Divides 60 examples, six of each of ten labels. */
function partition(...args: string[]) {
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(tiny)) writeFileSync(join(folder, name), bytes);
  return fedstep(["partition", "--data", folder, ...args]);
}

async function printed(...args: string[]): Promise<string> {
  const { code, output, said } = await partition(...args);
  expect({ code, said }).toEqual({ code: 0, said: expect.not.stringMatching(/Error|Invalid/) });
  return output;
}

describe("fedstep partition prints", () => {
  test("the table, the heat map and the summary", async () => {
    const output = await printed("--preset", "missing-labels");
    const [table = "", map = "", summary = ""] = output.trim().split("\n\n");
    expect(table.split("\n")).toHaveLength(1 + 2 * 11);
    expect(map).toMatch(/ 3 \| {6}@@ {12}\|/);
    expect(summary).toMatch(/label entropy, bits +0\.000 +0\.000 +0\.000 /);
  });

  test("no table of more than 20 clients, unless it is asked for", async () => {
    const many = ["--set", "partition.kind=iid", "--set", "partition.clients=21"];
    const without = await printed(...many);
    expect(without).toMatch(/^21 clients; --table prints/);
    expect(without).toMatch(/ 20 \|/);
    const asked = await printed(...many, "--table");
    expect(asked).toMatch(/^client +0 +1 /);
    expect(asked.split("\n\n")[0]?.split("\n")).toHaveLength(1 + 2 * 22);
  });

  test("counts and skew as JSON", async () => {
    const { clients, skew } = JSON.parse(
      await printed("--set", "partition.kind=shard", "--set", "partition.clients=30", "--json"),
    );
    const { clients: skews, ...all } = skewOf(
      clients.map(({ labelCounts }: { labelCounts: number[] }) => labelCounts),
    );
    expect(clients).toHaveLength(30);
    expect(clients.map((client: { skew: unknown }) => client.skew)).toEqual(skews);
    expect(skew).toEqual(all);
  });
});

test("fedstep partition calls owners and classes by their names", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "north.csv"), "a,y\n1,ill\n2,well\n3,well\n");
  writeFileSync(join(folder, "far-south.csv"), "a,y\n1,ill\n2,well\n");
  const args = ["partition", "--clients", folder, "--label", "y"];
  const { output, said } = await fedstep(args);
  expect(said).toMatch(/5 examples of .* \(files of 2 owners\)/);
  const [table = "", map = ""] = output.split("\n\n");
  expect(table).toMatch(/^client +ill +well +total\nfar-south +1 +1 +2\n.*\nnorth +1 +2 +3\n/);
  expect(map).toMatch(/^ {3}client {2}0011\nfar-south \|/);
  expect(map).toMatch(/\n {4}north \|/);
  const { classNames, clients } = JSON.parse((await fedstep([...args, "--json"])).output);
  expect(classNames).toEqual(["ill", "well"]);
  expect(clients.map(({ name }: { name: string }) => name)).toEqual(["far-south", "north"]);
});

test("fedstep partition refuses a kind that does not exist, a foreign field and a partition that cannot be", async () => {
  const refusal = async (...set: string[]) => {
    const { code, said } = await partition(...set.flatMap((one) => ["--set", one]));
    expect(code).toBe(2);
    return said;
  };
  expect(await refusal("partition.kind=dirichlett")).toMatch(/takes one of main-label, iid, dirichlet, /);
  expect(await refusal("partition.kind=iid", "partition.alpha=1")).toMatch(/alpha is a field of dirichlet/);
  expect(await refusal("partition.kind=shard", "partition.shardsPerClient=10000")).toMatch(/at most \d+ fit/);
});
