import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { localBucket } from "../../local/assembly/names.ts";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { takeExamples } from "../../shared/dataset/examples.ts";
import { keys } from "../../shared/layout.ts";
import { roundFigures } from "../../shared/metrics/round-line.ts";
import { type Result, resultRecord } from "../../shared/workflow/result-record.ts";
import { roundMetrics, roundTimes } from "../../shared/workflow/round-records.ts";
import { storedLines } from "../local/cloudwatch/stored-lines.ts";
import { evaluateByTensorflow, loadFromFiles } from "../shared/model/export/loaded-model.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

const modelSaid = z.object({ class: z.string(), probabilities: z.array(z.number()) });
const predicted = z.object({
  examples: z.array(z.object({ federated: modelSaid, baseline: modelSaid })),
  accuracy: z.object({ federated: z.number(), baseline: z.number() }),
});

/** smoke through S3, Lambda and Step Functions on this machine, with the bundles of the cloud assembly. */
const smoke = async (home: string, ...args: string[]) => {
  const answer = await fedstep(["run", "--preset", "smoke", "--home", home, "--json", ...args]);
  expect(answer.said).toBe("");
  expect(answer.code).toBe(0);
  return resultRecord.parse(JSON.parse(answer.output));
};
const bits = ({ federated, baseline }: Result) => [federated.weightsSha256, baseline?.weightsSha256];

describe("fedstep run --preset smoke", () => {
  const home = sharedHome();
  let first: Result;
  beforeAll(async () => {
    first = await smoke(home, "--name", "first");
  });

  test("trains better than chance, federated and centralized", () => {
    expect(first.federated.accuracy).toBeGreaterThan(0.5);
    expect(first.baseline?.accuracy).toBeGreaterThan(0.7);
    expect(first.ratio).toBeCloseTo(first.federated.accuracy / (first.baseline?.accuracy ?? 0), 12);
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
    expect(written).toContain(`${(100 * first.federated.accuracy).toFixed(2)} %`);
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
    expect(listed.output).toContain(`${(100 * first.federated.accuracy).toFixed(2)} %`);
    const shown = await fedstep(["show", "first", "--home", home]);
    expect(shown.output).toContain(first.federated.weightsSha256);
    for (const { round, accuracy, loss } of first.federated.rounds) {
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
        const away = example[model].probabilities.map((p, c) => Math.abs(p - (expected[c] ?? Number.NaN)));
        expect(Math.max(...away)).toBeLessThan(1e-5);
        expect(example[model].class).toBe(String(expected.indexOf(Math.max(...expected))));
      });
      expect(said.accuracy[model]).toBeCloseTo(accuracy, 12);
    }
  });

  test("quiet, it says nothing on the way and prints the result", async () => {
    const once = ["--name", "quiet", "--set", "federation.rounds=1", "--quiet"];
    const answer = await fedstep(["run", "--preset", "smoke", "--home", home, ...once]);
    expect(answer).toMatchObject({ code: 0, said: "", output: expect.stringContaining("run quiet") });
  });

  test("of a table, predicts rows as they stand in it", async () => {
    const table = join(temporaryFolder(), "plants.csv");
    // three kinds of very different units, apart in both
    const rows = Array.from({ length: 90 }, (_, i) => {
      const wiggle = ((i * 7) % 10) / 10;
      return `${1000 * (i % 3) + 300 * wiggle},${["moss", "fern", "oak"][i % 3]},${0.001 * (i % 3) - 0.0004 * wiggle}`;
    });
    writeFileSync(table, ["height,kind,leaf", ...rows].join("\n"));
    const data = [
      "--data",
      table,
      "--label",
      "kind",
      "--set",
      "partition.kind=iid",
      "--set",
      "dataset.limit=null",
    ];
    const trained = ["--name", "plants", "--set", "federation.rounds=15", "--set", "baseline.epochs=15"];
    const result = await smoke(home, ...trained, ...data);
    expect(result.federated.accuracy).toBeGreaterThan(0.9);
    const asked = await fedstep(["predict", "plants", table, "--home", home, "--json"]);
    expect(asked).toMatchObject({ code: 0, said: "" });
    const said = predicted.parse(JSON.parse(asked.output));
    expect(said.accuracy.federated).toBeGreaterThan(0.9);
    const files = join(home, "runs", "plants", "models", "federated");
    const loaded = await loadFromFiles({
      "model.json": readFileSync(join(files, "model.json"), "utf8"),
      "weights.bin": readFileSync(join(files, "weights.bin")),
    });
    const x = Float32Array.from(
      rows.flatMap((row) =>
        row
          .split(",")
          .filter((_, i) => i !== 1)
          .map(Number),
      ),
    );
    const examples = { x, y: new Int32Array(rows.length), count: rows.length, features: 2 };
    const { probabilities } = await evaluateByTensorflow(loaded, examples);
    const away = said.examples.flatMap((example, i) =>
      example.federated.probabilities.map((p, c) => Math.abs(p - (probabilities[i]?.[c] ?? Number.NaN))),
    );
    expect(Math.max(...away)).toBeLessThan(1e-4);
    expect(readFileSync(join(files, "README.md"), "utf8")).toMatch(/\| moss +\| +\d+ \|/);
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
    ["a file of another kind", ["first", "package.json"], /ExampleInvalid: .*neither a PNG nor a CSV/],
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

  test("tells a person the progress and the outcome", async () => {
    const answer = await fedstep([
      "run",
      "--preset",
      "smoke",
      "--home",
      home,
      "--name",
      "told",
      "--set",
      "seed=5",
    ]);
    expect(answer.said).toMatch(/round 3\/3 {2}federated \d+\.\d\d %/);
    expect(answer.said).toContain("no mirror can be reached");
    expect(answer.output).toContain("centralized");
    expect(answer.output).toContain(join("runs", "told", "result.json"));
    expect(answer.output).toContain(join("runs", "told", "report.html"));
  });

  test("interrupted, it ends with 130, and the run shows how far it came", async () => {
    const interrupt = new AbortController();
    const running = fedstep(
      ["run", "--preset", "smoke", "--home", home, "--name", "interrupted", "--set", "federation.rounds=500"],
      {
        signal: interrupt.signal,
      },
    );
    const secondRound = join(home, "s3", localBucket, keys.roundMetrics("interrupted", 2));
    await vi.waitUntil(() => existsSync(secondRound), { timeout: 30_000, interval: 20 });
    interrupt.abort();
    expect(await running).toMatchObject({
      code: 130,
      said: expect.stringContaining(
        `\nrun interrupted is stopped; fedstep resume interrupted --home ${home} goes on from its last complete round\n`,
      ),
    });
    const shown = await fedstep(["show", "interrupted", "--home", home]);
    expect(shown.output).toMatch(/run interrupted has no result: \d+ of 500 rounds/);
    const reported = await fedstep(["report", "interrupted", "--home", home]);
    expect(reported).toMatchObject({ code: 2, said: expect.stringContaining("RunUnfinished") });
  });
});

test("with TensorFlow.js in the kernel's place it is as accurate", { timeout: 240_000 }, async () => {
  const home = sharedHome();
  // TensorFlow.js takes ten times as long
  const few = ["federation.rounds=2", "baseline.epochs=2", "dataset.limit=1000"].flatMap((one) => [
    "--set",
    one,
  ]);
  const kernel = await smoke(home, "--name", "with-kernel", ...few);
  const tfjs = await smoke(home, "--name", "with-tfjs", "--set", "training.trainer=tfjs", ...few);
  // other roundings, hence other bits, of the same training
  expect(bits(tfjs)).not.toEqual(bits(kernel));
  expect(tfjs.federated.accuracy).toBeCloseTo(kernel.federated.accuracy, 2);
  expect(tfjs.baseline?.accuracy).toBeCloseTo(kernel.baseline?.accuracy ?? 0, 2);
});

test("a run that fails ends with 1 and the name of the error", async () => {
  const answer = await fedstep([
    "run",
    ...["--preset", "smoke", "--home", sharedHome(), "--name", "diverging"],
    ...["--set", "training.learningRate=1000", "--set", "training.weightDecay=1000"],
    ...["--set", "baseline.enabled=false"],
  ]);
  expect(answer).toMatchObject({ code: 1, said: expect.stringContaining("QuorumNotReached") });
  expect(answer.said).toContain("TrainingDiverged");
});

test("nothing is written where the input is bad", async () => {
  const home = join(temporaryFolder(), "home");
  const answer = await fedstep([
    "run",
    "--preset",
    "smoke",
    "--home",
    home,
    "--set",
    "training.learningRate=fast",
  ]);
  expect(answer.code).toBe(2);
  expect(existsSync(home)).toBe(false);
});
