import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fedstep, temporaryFolder } from "./terminal.ts";

/** What a beginner gets wrong: exit code 2, one message that names what to change, and nothing written. */
async function refused(args: readonly string[]): Promise<string> {
  const home = join(temporaryFolder(), "home");
  const { code, output, said } = await fedstep([...args, "--home", home]);
  expect({ code, output }).toEqual({ code: 2, output: "" });
  expect(existsSync(home), "the home").toBe(false);
  return said;
}

describe("fedstep run refuses", () => {
  test.each<[string, string[], RegExp]>([
    ["an unknown preset", ["--preset", "papre"], /preset: there is no "papre".*paper, tuned, smoke/],
    ["an unknown field", ["--set", "training.lr=1"], /training\.lr: no such field.*learningRate/],
    [
      "a value out of range",
      ["--set", "federation.rounds=0"],
      /federation\.rounds: got 0; takes an integer from 1/,
    ],
    [
      "a value that is no number",
      ["--set", "training.learningRate=fast"],
      /learningRate: got "fast"; takes a number/,
    ],
    ["an assignment without a value", ["--set", "seed"], /--set takes path=value/],
    [
      "more rounds in an execution than its history holds",
      ["--set", "federation.executionRounds=400"],
      /federation\.executionRounds: 400 rounds .* take at most \d+/,
    ],
    [
      "a fraction that selects nobody",
      ["--set", "federation.fraction=0.05"],
      /federation\.fraction: 0\.05 of 10 clients selects nobody/,
    ],
    [
      "a test set that the data does not have",
      ["--set", "federation.evaluation=test-set"],
      /federation\.evaluation: test-set takes a data set/,
    ],
    [
      "a strategy with too few clients",
      ["--set", "federation.strategy.name=Bulyan", "--set", "partition.clients=4"],
      /federation\.strategy: Bulyan takes at least 7 updates a round .*4 clients/,
    ],
    [
      "a parameter of another strategy",
      ["--set", "federation.strategy.mu=1"],
      /federation\.strategy\.mu: no such field/,
    ],
    ["a name that S3 or Step Functions refuse", ["--name", "my run"], /--name: got "my run"/],
    ["a name with a path", ["--name", "../x"], /--name/],
    ["a name that is too long", ["--name", "x".repeat(73)], /1 to 72/],
    ["a target that does not exist", ["--target", "azure"], /Allowed choices are local, aws/],
    ["an option that does not exist", ["--epochs", "5"], /unknown option '--epochs'/],
    ["no environments", ["--environments", "0"], /takes an integer from 1/],
    ["a data folder that is missing", ["--data", "/nowhere"], /--data.*nowhere/],
  ])("%s", async (_what, args, message) => {
    expect(await refused(["run", ...args])).toMatch(message);
  });

  test("a name before it looks for data", async () => {
    expect(await refused(["run", "--name", "a b"])).toMatch(/^RunNameInvalid: --name: got "a b".*\n$/);
  });

  test("a configuration file that is missing, not JSON, or not an object", async () => {
    const folder = temporaryFolder();
    const [broken, list] = [join(folder, "broken.json"), join(folder, "list.json")];
    writeFileSync(broken, "{");
    writeFileSync(list, "[1]");
    expect(await refused(["run", "--config", join(folder, "none.json")])).toMatch(/cannot read .*none\.json/);
    expect(await refused(["run", "--config", broken])).toMatch(/broken\.json is not JSON/);
    expect(await refused(["run", "--config", list])).toMatch(/must hold a JSON object, not \[1\]/);
  });

  test.each<[string, Record<string, string>, string[], RegExp]>([
    [
      "a label column that is not there",
      { "t.csv": "a,b\n1,2\n" },
      ["--data", "DIR/t.csv", "--label", "y"],
      /DatasetInvalid: --label: DIR\/t\.csv has no column "y"; the columns are "a", "b"/,
    ],
    [
      "a label column that is no label",
      { "t.csv": "a,y\n1,0.1\n2,0.2\n3,0.3\n4,0.1\n" },
      ["--data", "DIR/t.csv", "--label", "y"],
      /column "y" is not a label/,
    ],
    [
      "a CSV file without --label",
      { "t.csv": "a,b\n1,2\n" },
      ["--data", "DIR/t.csv"],
      /--label: name the column of DIR\/t\.csv/,
    ],
    [
      "a ragged row",
      { "t.csv": "a,y\n1,u\n2\n" },
      ["--data", "DIR/t.csv", "--label", "y"],
      /DIR\/t\.csv: line 3 has 1 fields, and the header 2/,
    ],
    [
      "a value that is no number",
      { "t.csv": "a,y\n1,u\nten,v\n" },
      ["--data", "DIR/t.csv", "--label", "y"],
      /DIR\/t\.csv: line 3, column "a" is "ten"/,
    ],
    [
      "owners with other classes",
      { "a.csv": "a,y\n1,u\n2,v\n", "b.csv": "a,y\n1,u\n2,w\n3,v\n" },
      ["--clients", "DIR", "--label", "y"],
      /\n {4}a: u, v\n {4}b: u, v, w\n {2}where .*--classes u,v,w/,
    ],
    [
      "owners with other columns",
      { "a.csv": "a,y\n1,u\n2,v\n", "b.csv": "b,y\n1,u\n2,v\n" },
      ["--clients", "DIR", "--label", "y"],
      /DIR\/b\.csv has other columns than DIR\/a\.csv: it lacks "a", and only it has "b"/,
    ],
    [
      "an owner with a single example",
      { "a.csv": "a,y\n1,u\n2,v\n", "b.csv": "a,y\n1,u\n" },
      ["--clients", "DIR", "--label", "y", "--classes", "u,v"],
      /PartitionInvalid: .*owner "b" has 1 of the 3 examples/,
    ],
    [
      "owners that another kind shall divide",
      { "a.csv": "", "b.csv": "" },
      ["--clients", "DIR", "--label", "y", "--set", "partition.kind=iid"],
      /ConfigInvalid: partition\.kind: got "iid", but the examples are those of data owners/,
    ],
    [
      "owners and a data set at once",
      { "a.csv": "" },
      ["--clients", "DIR", "--data", "DIR/a.csv"],
      /--data and --clients: take one/,
    ],
    [
      "a folder of no owners",
      {},
      ["--clients", "DIR"],
      /--clients: DIR holds no \.csv or \.safetensors files/,
    ],
    [
      "a folder of owners that is not there",
      {},
      ["--clients", "DIR/no"],
      /--clients: DIR\/no: there is no such/,
    ],
    [
      "a file for a folder of owners",
      { "a.csv": "" },
      ["--clients", "DIR/a.csv"],
      /--clients: DIR\/a\.csv is a file; name a folder/,
    ],
    [
      "a folder of CSV files with --data",
      { "a.csv": "" },
      ["--data", "DIR"],
      /--data: DIR holds no IDX files; .*goes with --clients/,
    ],
    ["--label without CSV", {}, ["--label", "y"], /--label: goes with a CSV file .* and none is named/],
    ["--classes without a table", {}, ["--classes", "u,v"], /--classes: goes with a CSV file/],
    ["one class", {}, ["--classes", "u"], /takes two or more names separated by commas/],
    [
      "natural-id without owners",
      {},
      ["--set", "partition.kind=natural-id"],
      /PartitionInvalid: partition\.kind: natural-id takes .*--clients/,
    ],
  ])("%s", async (_what, files, args, message) => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const said = await refused(["run", ...args.map((arg) => arg.replace("DIR", folder))]);
    expect(said.replaceAll(folder, "DIR")).toMatch(message);
  });

  test("fewer examples than clients", async () => {
    expect(await refused(["run", "--set", "dataset.limit=5"])).toMatch(
      /partition\.clients: 10 clients .* 5 examples/,
    );
  });

  test("a data folder with a truncated file", async () => {
    const folder = temporaryFolder();
    for (const name of [
      "train-images-idx3-ubyte",
      "train-labels-idx1-ubyte",
      "t10k-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte",
    ]) {
      writeFileSync(join(folder, name), Buffer.from([0, 0, 8, name.includes("images") ? 3 : 1, 0, 0]));
    }
    expect(await refused(["run", "--data", folder])).toMatch(/DatasetInvalid: .*idx\d-ubyte/);
  });

  const belowAFile = () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    return join(file, "home");
  };
  // where nothing can be made, and the system says that something is missing
  const nowhere = existsSync("/proc/self") ? [["in /proc", () => "/proc/none/home"] as const] : [];
  test.each([["below a file", belowAFile] as const, ...nowhere])("a home %s", async (_, place) => {
    const home = place();
    const { code, said } = await fedstep(["run", "--preset", "smoke", "--home", home]);
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringMatching(/HomeUnwritable: --home: .*FEDSTEP_HOME/),
    });
  });

  test("several wrong fields at once, each named", async () => {
    const said = await refused(["run", "--set", "seed=-1", "--set", "training.batchSize=0"]);
    expect(said).toMatch(/seed: got -1/);
    expect(said).toMatch(/training\.batchSize: got 0/);
  });
});

test("fedstep emulator refuses a port that is taken", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const home = join(temporaryFolder(), "home");
  mkdirSync(home);
  const { code, said } = await fedstep(["emulator", "--home", home, "--port", String(port)]);
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(new RegExp(`PortTaken.*${port}`)) });
});

describe("help", () => {
  test.each([
    "run",
    "follow",
    "stop",
    "study",
    "partition",
    "cost",
    "runs",
    "show",
    "compare",
    "predict",
    "emulator",
  ])("of %s has examples", async (command) => {
    const { code, output } = await fedstep([command, "--help"]);
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`Examples:\\n +.*fedstep ${command}`));
  });

  test("of the program lists the exit codes", async () => {
    const { code, output } = await fedstep(["--help"]);
    expect(code).toBe(0);
    expect(output).toContain("0 done, 1 the run failed, 2 bad input, 130 interrupted");
  });

  test("an unknown command is bad input", async () => {
    expect(await fedstep(["rum"])).toMatchObject({ code: 2, said: expect.stringContaining("run") });
  });
});

test.each([
  ["show", "base@2"],
  ["follow", "base@2"],
  ["stop", "base@2"],
  ["resume", "base@2"],
  ["report", "base@2"],
  ["verify", "base@2"],
  ["cost", "base@2"],
  ["remove", "base@2"],
  ["compare", "base", "base@2"],
  ["predict", "base@2", "digit.png"],
])("fedstep %s names the argument that is no run's name, and asks no service", async (...args) => {
  const named = /^RunNameInvalid: <run>: got "base@2"; .*\n$/;
  expect(await refused(args)).toMatch(named);
  // without a region nothing could be asked
  expect(await refused([...args, "--target", "aws"])).toMatch(named);
});
