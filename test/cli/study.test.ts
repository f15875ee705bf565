import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fedstep, temporaryFolder } from "./terminal.ts";

const good = { name: "study", preset: "smoke", seeds: [1, 2] };

/** The answer to a study file with this text, and that nothing was written. */
async function answer(text: string, ...args: string[]) {
  const folder = temporaryFolder();
  const [file, home] = [join(folder, "study.json"), join(folder, "home")];
  writeFileSync(file, text);
  const { code, output, said } = await fedstep(["study", file, "--home", home, ...args]);
  expect(existsSync(home), "the home").toBe(false);
  return { code, output, said };
}

describe("fedstep study refuses, before anything is written,", () => {
  test.each<[string, string, RegExp]>([
    ["a file that is not JSON", "{", /StudyInvalid: .*study\.json is not JSON/],
    ["a file that is no study", "[]", /StudyInvalid: the study: got \[\]/],
    [
      "an unknown path",
      JSON.stringify({ ...good, vary: { "training.lr": [0.1, 0.2] } }),
      /StudyInvalid: training\.lr: no such field.*learningRate/,
    ],
    [
      "an empty axis",
      JSON.stringify({ ...good, vary: { "training.learningRate": [] } }),
      /StudyInvalid: vary\.training\.learningRate: got \[\]; takes a list of one or more values/,
    ],
    [
      "the same cell twice",
      JSON.stringify({ ...good, vary: { "federation.strategy": [{ name: "FedAvg" }, { name: "FedAvg" }] } }),
      /StudyInvalid: .*two values are called "FedAvg"/,
    ],
    [
      "a partition that its last cell cannot make",
      JSON.stringify({ ...good, vary: { "dataset.limit": [2_000, 1_000, 6] } }),
      /PartitionInvalid: partition\.otherShare: .*\[in 6, seed 1\]/,
    ],
    [
      "more examples than there are",
      JSON.stringify({ ...good, config: { dataset: { limit: 60_000 } } }),
      /PartitionInvalid: dataset\.limit: 60000 is more than .*10000 examples/,
    ],
  ])("%s", async (_what, text, message) => {
    const { code, output, said } = await answer(text);
    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(said).toMatch(message);
  });

  test("a file that is not there", async () => {
    const { code, said } = await fedstep(["study", "/nowhere/study.json"]);
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringMatching(/StudyInvalid: cannot read \/nowhere\/study\.json/),
    });
  });

  test("no file at all", async () => {
    expect(await fedstep(["study"])).toMatchObject({
      code: 2,
      said: expect.stringMatching(/missing.*'file'/),
    });
  });
});

test("a dry run lists the cells and writes nothing", async () => {
  const text = JSON.stringify({
    ...good,
    vary: { "training.learningRate": [0.1, 0.2], "federation.strategy": [{ name: "SCAFFOLD" }] },
  });
  const told = await answer(text, "--dry-run");
  expect(told.code).toBe(0);
  expect(told.said).toContain("2 cells x 2 seeds = 4 runs");
  expect(told.output).toBe("0.1, SCAFFOLD\n0.2, SCAFFOLD\n");
  const { output } = await answer(text, "--dry-run", "--json");
  expect(JSON.parse(output)).toMatchObject({
    study: { name: "study", seeds: [1, 2] },
    cells: [
      { labels: ["0.1", "SCAFFOLD"], config: { training: { learningRate: 0.1 } } },
      { labels: ["0.2", "SCAFFOLD"], config: { federation: { strategy: { name: "SCAFFOLD" } } } },
    ],
  });
});

test("owners' files are the federation that a study runs on", async () => {
  const folder = temporaryFolder();
  for (const owner of ["north", "south", "west"]) {
    const rows = [1, 2, 3, 4].map((x) => `${x},${x % 2 === 0 ? "even" : "odd"}`);
    writeFileSync(join(folder, `${owner}.csv`), ["x,parity", ...rows, ""].join("\n"));
  }
  const text = JSON.stringify({ name: "owners", vary: { "training.learningRate": [0.1, 0.2] }, seeds: [1] });
  const args = ["--clients", folder, "--label", "parity", "--dry-run", "--json"];
  const { code, output } = await answer(text, ...args);
  expect(code).toBe(0);
  const partition = { kind: "natural-id", clients: 3 };
  expect(JSON.parse(output)).toMatchObject({ cells: [{ config: { partition } }, { config: { partition } }] });
  const divided = JSON.stringify({ name: "owners", vary: { "partition.kind": ["iid"] }, seeds: [1] });
  expect(await answer(divided, ...args)).toMatchObject({
    code: 2,
    said: expect.stringMatching(
      /StudyInvalid: partition\.kind: got "iid", but the examples are those of data owners/,
    ),
  });
});
