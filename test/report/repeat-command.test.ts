import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { defaultValue } from "../../report/configuration-differences.ts";
import { repeatArguments, repeatCommand, repeatInput } from "../../report/repeat-command.ts";
import { presets } from "../../shared/config/presets.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import { sampleDigest } from "../../shared/dataset/known-digests.ts";
import { parseStartInput } from "../../shared/workflow/start-input.ts";

const digest = "c3".repeat(32);
const cached = { digest, source: "cache" };

/** The configuration that the command line makes of these words. */
function configOf([command, ...words]: readonly string[]): Config {
  expect(command).toBe("run");
  const after = (option: string) => words.flatMap((word, i) => (words[i - 1] === option ? [word] : []));
  return resolveConfig({ preset: after("--preset")[0], set: after("--set") });
}

/** The words that a shell makes of the line. */
function words(line: string): string[] {
  const listed = execFileSync("sh", ["-c", `for word in ${line}; do printf '%s\\n' "$word"; done`]);
  return listed.toString().trimEnd().split("\n").slice(1);
}

const preset = (name: string, ...set: string[]) => resolveConfig({ preset: name, set });

describe("the command of a run gives its configuration again", () => {
  test.each(Object.keys(presets))("of preset %s, by its name alone", (name) => {
    expect(repeatArguments({ config: preset(name), dataset: cached })).toEqual(["run", "--preset", name]);
  });

  test.each<[string, Config]>([
    ["no preset", resolveConfig({})],
    ["a seed", preset("paper", "seed=7")],
    ["a list", preset("paper", "model.hidden=[128,64]")],
    ["an empty list", preset("tuned", "model.hidden=[]")],
    ["another kind of partition", preset("paper", "partition.kind=dirichlet", "partition.alpha=0.3")],
    ["another kind with the same number of clients", preset("paper", "partition.kind=iid")],
    [
      "another strategy with its own fields",
      preset("tuned", "federation.strategy.name=FedAdam", "federation.strategy.learningRate=0.02"),
    ],
    ["a schedule", preset("smoke", "training.schedule.kind=step", "training.schedule.every=5")],
    ["a field that may be null", preset("smoke", "dataset.limit=null", "federation.stop.accuracy=0.9")],
    ["no baseline", resolveConfig({ file: { baseline: { enabled: false }, model: { hidden: [] } } })],
  ])("with %s", (_what, config) => {
    expect(configOf(repeatArguments({ config, dataset: cached }))).toEqual(config);
    expect(words(repeatCommand({ config, dataset: cached }))).toEqual(
      repeatArguments({ config, dataset: cached }),
    );
  });

  test("and of a preset that this version does not know, all but the preset's name", () => {
    const config = { ...preset("paper", "seed=3"), preset: "of-the-future" };
    expect(configOf(repeatArguments({ config, dataset: cached }))).toEqual({ ...config, preset: "custom" });
  });

  test("naming no more than what differs", () => {
    expect(
      repeatCommand({ config: preset("paper", "seed=7", "federation.rounds=100"), dataset: cached }),
    ).toBe("fedstep run --preset paper --set seed=7");
    expect(repeatCommand({ config: preset("paper", "model.hidden=[8]"), dataset: cached })).toBe(
      "fedstep run --preset paper --set 'model.hidden=[8]'",
    );
  });

  test("with the options that its data was read with, as a shell takes them", () => {
    const readWith = ["--data", "my iris.csv", "--label", "species", "--classes", "a,b"];
    const run = { config: preset("smoke"), dataset: { digest, source: "file", readWith } };
    expect(words(repeatCommand(run))).toEqual(["run", "--preset", "smoke", ...readWith]);
  });

  test("with a place for the owners' files of a run of 0.1.0, which say how the examples are divided", () => {
    const owners = ["north", "south", "west"];
    const config = resolveConfig({ preset: "smoke", owners: owners.length, set: ["seed=4"] });
    expect(repeatCommand({ config, dataset: { digest, source: "files of 3 owners", owners } })).toBe(
      "fedstep run --preset smoke --set seed=4 --clients DIR",
    );
  });

  test("with a place for the folder, where the data set came from one", () => {
    expect(repeatCommand({ config: preset("paper"), dataset: { digest, source: "directory" } })).toBe(
      "fedstep run --preset paper --data DIR",
    );
  });

  test("on the sample, for which a preset may have settings of its own, none but those that differ from these", () => {
    const sample = { digest: sampleDigest, source: "embedded sample" };
    const own = resolveConfig({ preset: "paper", sample: true, set: ["seed=4"] });
    expect(repeatCommand({ config: own, dataset: sample })).toBe("fedstep run --preset paper --set seed=4");
    const usual = resolveConfig({ preset: "paper", sample: true, set: ["training.learningRate=0.00016"] });
    expect(repeatCommand({ config: usual, dataset: sample })).toBe(
      "fedstep run --preset paper --set training.learningRate=0.00016",
    );
  });

  test("of one that goes on from another run, with that run and with all of its own configuration", () => {
    const parent = preset("tuned", "federation.strategy.name=FedAdam", "partition.kind=iid", "seed=5");
    const config = resolveConfig({
      base: parent,
      set: ["federation.strategy.name=SCAFFOLD", "partition.kind=dirichlet", "training.learningRate=0.1"],
    });
    const from = { run: "first", round: 50 };
    expect(repeatCommand({ config, dataset: { digest, source: "directory" }, from })).toBe(
      "fedstep run --from first@50 --config FILE",
    );
    // what FILE holds, as JSON keeps it
    const file: unknown = JSON.parse(JSON.stringify(config));
    expect(resolveConfig({ base: parent, file })).toEqual(config);
  });
});

test("a default is what the field has in the rest of the configuration", () => {
  expect(defaultValue(preset("paper"), "training.learningRate")).toBe(0.1);
  expect(defaultValue(preset("dirichlet-0.1"), "partition.alpha")).toBe(0.5);
  expect(defaultValue(preset("dirichlet-0.1"), "partition.kind")).toBe("main-label");
});

describe("the input of an execution gives its configuration again", () => {
  const execution = "arn:aws:states:eu-west-1:123456789012:execution:fedstep:by-hand";
  const toy = "0".repeat(64);
  const onSample = resolveConfig({ preset: "paper", sample: true });

  test.each<[string, Config, string, string, object]>([
    ["of the preset paper over MNIST, by nothing", preset("paper"), "mnist", digest, {}],
    ["of another preset", preset("tuned", "seed=2"), "mnist", digest, { preset: "tuned", set: { seed: 2 } }],
    ["over the sample that stood in", onSample, "mnist", sampleDigest, { dataset: "sample" }],
    [
      "of another kind of partition over a digest",
      preset("smoke", "partition.kind=dirichlet", "partition.alpha=0.3", "model.hidden=[]"),
      toy,
      toy,
      expect.objectContaining({ preset: "smoke", dataset: toy }),
    ],
    ["of no preset", resolveConfig({ set: ["seed=3"] }), toy, toy, expect.anything()],
  ])("%s", (_what, config, asked, found, expected) => {
    const run = { config, dataset: { digest: found, source: "bucket" } };
    const input = repeatInput(run, asked);
    expect(input).toEqual(expected);
    const read = parseStartInput(input);
    if (!("set" in read)) throw new Error("names a run");
    const { preset, set: values } = read;
    expect(resolveConfig({ preset, values, sample: found === sampleDigest })).toEqual(config);
    const line = repeatCommand({ ...run, startedBy: { execution, dataset: asked, notes: [] } });
    expect(words(line)).toEqual([
      ...["stepfunctions", "start-execution", "--state-machine-arn"],
      ...["arn:aws:states:eu-west-1:123456789012:stateMachine:fedstep", "--input", JSON.stringify(input)],
    ]);
  });
});
