import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { beforeAll, describe, expect, test } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { takeExamples } from "../../shared/dataset/examples.ts";
import { keys } from "../../shared/layout.ts";
import { roundFigures } from "../../shared/metrics/round-line.ts";
import { type Result, resultRecord } from "../../shared/workflow/result-record.ts";
import { roundMetrics, roundTimes } from "../../shared/workflow/round-records.ts";
import { storedLines } from "../local/cloudwatch/stored-lines.ts";
import { evaluateByTensorflow, loadFromFiles } from "../shared/model/export/loaded-model.ts";
import { bits, predicted, smoke } from "./smoke-run.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

describe("fedstep run --preset smoke", () => {
  const home = sharedHome();
  let first: Result;
  beforeAll(async () => {
    first = await smoke(home, "--name", "first");
  });

  test("trains better than chance, federated and centralized", () => {
    expect(first.federated.accuracy).toBeGreaterThan(0.5);
    expect(first.baseline?.accuracy).toBeGreaterThan(0.7);
    expect(first.ratio).toBeCloseTo((first.federated.accuracy ?? NaN) / (first.baseline?.accuracy ?? 0), 12);
  });

  test("says where the data came from", () => {
    expect(first.dataset).toMatchObject({
      name: "mnist-sample",
      source: "embedded sample",
      examples: 10_000,
    });
  });

  test("counts its invocations", () => {
    const { rounds, clients } = { rounds: 3, clients: 4 };
    expect(first.invocations.count).toBe(3 + (rounds + 1) * (clients + 1));
    expect(first.invocations.cold).toBeGreaterThanOrEqual(5);
    expect(first.invocations.billedMs).toBeGreaterThan(0);
  });

  test("has cost what its result records, by the deployment that the assembly publishes", async () => {
    const { output } = await fedstep(["cost", "first", "--home", home, "--json"]);
    expect(JSON.parse(output)).toMatchObject({ recorded: true, bill: first.cost });
    expect(first.cost?.lines.lambdaTime).toBeCloseTo(first.invocations.gbSeconds * 0.0000133334, 12);
  });

  test("leaves its result on disk", () => {
    const saved: unknown = JSON.parse(readFileSync(join(home, "runs", "first", "result.json"), "utf8"));
    expect(saved).toEqual(first);
  });

  test("leaves its report on disk, which fedstep report writes again to the byte", async () => {
    const file = join(home, "runs", "first", "report.html");
    const written = readFileSync(file, "utf8");
    expect(written).toContain(`${(100 * (first.federated.accuracy ?? NaN)).toFixed(2)} %`);
    rmSync(file);
    const answer = await fedstep(["report", "first", "--home", home]);
    expect(answer).toMatchObject({ code: 0, output: `report ${file}\n` });
    // what the bundle wrote in Lambda, and what the sources wrote here
    expect(readFileSync(file, "utf8") === written).toBe(true);
    const missing = await fedstep(["report", "none", "--home", home]);
    expect(missing).toMatchObject({ code: 2, said: expect.stringContaining('no run "none"') });
  });

  test("has the same bits with another number of environments", async () => {
    expect(bits(await smoke(home, "--name", "narrow", "--environments", "1"))).toEqual(bits(first));
  });

  test("has the same bits in as many executions as rounds", async () => {
    const cut = await smoke(home, "--name", "cut", "--set", "federation.executionRounds=1");
    expect(bits(cut)).toEqual(bits(first));
    const executions = readdirSync(join(home, "executions")).filter((name) => name.endsWith(".json"));
    expect(executions.length).toBeGreaterThanOrEqual(3);
    expect(cut.invocations.count).toBe(first.invocations.count);
  });

  test("goes on from a round of another run, and both verify", async () => {
    const answer = await fedstep([
      ...["run", "--from", "first@2", "--rounds", "5", "--home", home, "--name", "further", "--json"],
    ]);
    expect(answer).toMatchObject({ code: 0, said: "" });
    const { federated } = resultRecord.parse(JSON.parse(answer.output));
    expect(federated.rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5]);
    // three of its rounds are those of the first run
    expect(federated.rounds.slice(0, 3).map(({ accuracy }) => accuracy)).toEqual(
      first.federated.rounds.map(({ accuracy }) => accuracy),
    );
    for (const [name, rounds] of [
      ["first", 4],
      ["further", 4],
    ]) {
      const verified = await fedstep(["verify", String(name), "--home", home]);
      expect(verified).toMatchObject({ code: 0, said: "" });
      expect(verified.output).toContain(
        `${rounds} rounds checked, ${rounds} of them computed again from their updates\n` +
          "every object is what the others say of it",
      );
    }
  });

  test("is not forked with data of another", async () => {
    const answer = await fedstep(["run", "--from", "first@2", "--preset", "paper", "--home", home]);
    expect(answer).toMatchObject({ code: 2, said: expect.stringContaining("ForkInvalid: --preset") });
  });

  test("has the same bits after the home was emptied of objects", async () => {
    for (const folder of ["s3", "executions", "runs", "logs", "metrics"]) {
      rmSync(join(home, folder), { recursive: true, force: true });
    }
    expect(bits(await smoke(home, "--name", "first"))).toEqual(bits(first));
  });

  test("is listed and shown", async () => {
    const listed = await fedstep(["runs", "--home", home]);
    expect(listed.output).toContain("first");
    expect(listed.output).toContain(`${(100 * (first.federated.accuracy ?? NaN)).toFixed(2)} %`);
    const shown = await fedstep(["show", "first", "--home", home]);
    expect(shown.output).toContain(first.federated.weightsSha256);
    for (const { round, accuracy = NaN, loss } of first.federated.rounds) {
      const row = `│ ${String(round).padStart(5)} │  ${(100 * accuracy).toFixed(2)} % │      400 │ ${loss.toFixed(4)} │       4 │      0 │`;
      expect(shown.output).toContain(row);
    }
    const missing = await fedstep(["show", "none", "--home", home]);
    expect(missing).toMatchObject({ code: 2, said: expect.stringContaining('no run "none"') });
  });

  test("published of each round, from AggregateRound's process, what its record says", () => {
    const folder = join(home, "s3", localBucket);
    const recorded = [1, 2, 3, 4].map((round) => {
      const read = (key: string): unknown => JSON.parse(readFileSync(join(folder, key), "utf8"));
      const metrics = roundMetrics.parse(read(keys.roundMetrics("first", round)));
      const { score: accuracy, ...figures } = roundFigures({
        ...metrics,
        ...roundTimes.parse(read(keys.roundTimes("first", round))),
      });
      return { run: "first", strategy: "FedAvg", round: String(round), accuracy, ...figures };
    });
    const collected = storedLines(join(home, "metrics"));
    const file = join("fedstep", "run=first&service=fedstep&strategy=FedAvg.jsonl");
    expect(collected.get(file)).toMatchObject(recorded);
    expect(collected.get(file)).toHaveLength(recorded.length);
  });

  test("leaves models that predict as TensorFlow.js does from their files", async () => {
    const { examples } = await openEmbeddedSample();
    const digits = takeExamples(examples, [150, 4321, 9876]);
    const folder = temporaryFolder();
    const pictures = Array.from({ length: digits.count }, (_, row) => {
      const data = Uint8Array.from(digits.x.subarray(row * 784, (row + 1) * 784));
      const picture = join(folder, `${row}.png`);
      writeFileSync(picture, encode({ width: 28, height: 28, channels: 1, data }));
      return picture;
    });
    const table = join(folder, "digits.csv");
    writeFileSync(
      table,
      Array.from({ length: digits.count }, (_, row) =>
        [...digits.x.subarray(row * 784, (row + 1) * 784), digits.y[row]].join(),
      ).join("\n"),
    );
    const asked = await fedstep(["predict", "first", ...pictures, table, "--home", home, "--json"]);
    expect(asked).toMatchObject({ code: 0, said: "" });
    const said = predicted.parse(JSON.parse(asked.output));
    for (const model of ["federated", "baseline"] as const) {
      const files = join(home, "runs", "first", "models", model);
      const loaded = await loadFromFiles({
        "model.json": readFileSync(join(files, "model.json"), "utf8"),
        "weights.bin": readFileSync(join(files, "weights.bin")),
      });
      const { probabilities, accuracy } = await evaluateByTensorflow(loaded, digits);
      said.examples.forEach((example, i) => {
        const expected = probabilities[i % digits.count] ?? [];
        const away = Object.values(example[model].probabilities).map((p, c) =>
          Math.abs(p - (expected[c] ?? Number.NaN)),
        );
        expect(Math.max(...away)).toBeLessThan(1e-5);
        expect(example[model].class).toBe(String(expected.indexOf(Math.max(...expected))));
      });
      expect(said.accuracy[model]).toBeCloseTo(accuracy, 12);
    }
  });

  test("is compared with another, in the terminal and as a page", async () => {
    await smoke(home, "--name", "reseeded", "--set", "seed=9");
    const page = join(temporaryFolder(), "pages", "compared.html");
    const compared = await fedstep(["compare", "first", "reseeded", "--home", home, "--html", page]);
    expect(compared).toMatchObject({ code: 0, said: "" });
    expect(compared.output).toMatch(/seed +│ 1 +│ first/);
    expect(compared.output).toMatch(/ +│ 9 +│ reseeded/);
    expect(compared.output).toContain("All are on the same data");
    expect(compared.output).toContain(`page ${page}`);
    expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>/);
  });

  test.each<[string, string[], RegExp]>([
    ["one run", ["first"], /ComparisonInvalid: .*two different runs/],
    ["one run twice", ["first", "first"], /ComparisonInvalid: .*two different runs/],
    ["a run that there is not", ["first", "none"], /RunMissing: there is no run "none"/],
    [
      "a page where none can be",
      ["first", "reseeded", "--html", "/dev/null/x.html"],
      /PageUnwritable: --html/,
    ],
  ])("compare refuses %s", async (_what, args, message) => {
    const answer = await fedstep(["compare", ...args, "--home", home]);
    expect(answer).toMatchObject({ code: 2, output: "", said: expect.stringMatching(message) });
  });

  test.each<[string, string[], RegExp]>([
    ["a run that there is not", ["none", "x.png"], /RunMissing: there is no run "none"/],
    ["a file that there is not", ["first", "nothing.png"], /ExampleInvalid: cannot read nothing\.png/],
    ["a file of another kind", ["first", "package.json"], /ExampleInvalid: .*neither a picture/],
    ["no file", ["first"], /missing required argument 'file'/],
    [
      "a model that there is not",
      ["first", "x.png", "--model", "best"],
      /Allowed choices are federated, baseline, both/,
    ],
  ])("predict refuses %s", async (_what, args, message) => {
    const answer = await fedstep(["predict", ...args, "--home", home]);
    expect(answer).toMatchObject({ code: 2, output: "", said: expect.stringMatching(message) });
  });

  test("refuses a name that is taken and leaves that run as it was", async () => {
    const before = await fedstep(["show", "first", "--home", home, "--json"]);
    const again = await fedstep(["run", "--preset", "smoke", "--home", home, "--name", "first"]);
    expect(again).toMatchObject({ code: 2, said: expect.stringContaining("RunExists") });
    expect(await fedstep(["show", "first", "--home", home, "--json"])).toEqual(before);
  });
});
