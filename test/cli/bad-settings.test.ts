import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refused } from "./refused-input.ts";
import { temporaryFolder } from "./terminal.ts";

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

  test("several wrong fields at once, each named", async () => {
    const said = await refused(["run", "--set", "seed=-1", "--set", "training.batchSize=0"]);
    expect(said).toMatch(/seed: got -1/);
    expect(said).toMatch(/training\.batchSize: got 0/);
  });
});
