import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { type Result, resultRecord } from "../../shared/workflow/result-record.ts";
import { administratorVariables } from "../local/signing.ts";
import { stubAwsSettings } from "./targets/refusing-service.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

/** The aws target as a person with an account has it, but for the SDK's setting of the endpoint: it is the emulator's. */
let emulator: Emulator;
/** Where results are brought home to; the objects lie in the emulator's own home. */
let home: string;
/** Of runs without the aws target. */
let localHome: string;

beforeAll(async () => {
  home = join(sharedHome(), "person");
  localHome = join(sharedHome(), "local");
  mkdirSync(localHome);
  symlinkSync(join(sharedHome(), "assemblies"), join(localHome, "assemblies"));
  emulator = await startEmulator({ home: sharedHome() });
  stubAwsSettings({ ...administratorVariables, AWS_ENDPOINT_URL: emulator.url });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator?.close();
});

const onAws = (command: string, args: readonly string[], watch = {}) =>
  fedstep([command, ...args, "--home", home, "--target", "aws"], watch);
const here = (command: string, args: readonly string[], watch = {}) =>
  fedstep([command, ...args, "--home", localHome], watch);
const resultOf = ({ output }: { output: string }): Result => resultRecord.parse(JSON.parse(output));
const bits = ({ federated, baseline }: Result) => [federated.weightsSha256, baseline?.weightsSha256];

/** Starts a run and stops watching it once it is under way. */
async function startUnwatched(name: string, ...settings: string[]) {
  const interrupt = new AbortController();
  const onSaid = (text: string) => {
    if (text.includes("RUNNING")) interrupt.abort();
  };
  const args = ["--preset", "smoke", "--name", name, ...settings.flatMap((one) => ["--set", one])];
  return onAws("run", args, { signal: interrupt.signal, onSaid });
}

describe("fedstep run --preset smoke --target aws", () => {
  let first: Result;
  let said: string;
  beforeAll(async () => {
    const answer = await onAws("run", ["--preset", "smoke", "--name", "first"]);
    expect(answer).toMatchObject({ code: 0 });
    said = answer.said;
    first = resultRecord.parse(JSON.parse(readFileSync(join(home, "runs", "first", "result.json"), "utf8")));
  });

  test("says where it runs, what it uploads, and each round as it comes", () => {
    expect(said).toMatch(/^stack fedstep$/m);
    expect(said).not.toContain("deployed stack fedstep");
    expect(said).toMatch(/^estimate: 0\.0\d+ dollars at the list prices of us-east-1, and \d.* s$/m);
    expect(said).toMatch(/^data: uploading \d+\.\d MB$/m);
    expect(said).toMatch(/^run first: .*RUNNING; Ctrl-C only stops watching$/m);
    expect(said).toMatch(/^round 3\/3 {2}federated \d/m);
  });

  test("has the bits of the same run here", async () => {
    const local = await here("run", ["--preset", "smoke", "--name", "here", "--json"]);
    expect(bits(resultOf(local))).toEqual(bits(first));
  });

  test("brings home result, report and models", () => {
    const files = [
      "result.json",
      "report.html",
      "models/federated/model.json",
      "models/baseline/weights.bin",
    ];
    expect(files.filter((file) => !existsSync(join(home, "runs", "first", file)))).toEqual([]);
  });

  test("uploads the data once", async () => {
    const again = await onAws("run", ["--preset", "smoke", "--name", "second", "--set", "seed=2"]);
    expect(again).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^data: its .* in the bucket already$/m),
    });
  });

  test("is found by every command that reads runs", async () => {
    const listed = await onAws("runs", ["--json"]);
    expect(JSON.parse(listed.output)).toEqual(
      expect.arrayContaining([expect.objectContaining({ run: "first", finished: true })]),
    );
    expect(resultOf(await onAws("show", ["first", "--json"]))).toEqual(first);
    const { output } = await onAws("show", ["first"]);
    expect(output).toMatch(
      /^in CloudWatch: the dashboard "fedstep-us-east-1".*lambda\/fedstep-\.\.\.".*states\/fedstep"$/m,
    );
    for (const { round, accuracy = NaN } of first.federated.rounds) {
      expect(output).toMatch(new RegExp(`^│ +${round} │ +${(100 * accuracy).toFixed(2)} % │`, "m"));
    }
    const cost = await onAws("cost", ["first", "--json"]);
    expect(JSON.parse(cost.output)).toMatchObject({ recorded: true, bill: first.cost, region: "us-east-1" });
    const file = join(home, "runs", "first", "report.html");
    expect(await onAws("report", ["first"])).toMatchObject({ code: 0, output: `report ${file}\n` });
    const compared = await onAws("compare", ["first", "second"]);
    expect(compared).toMatchObject({ code: 0, output: expect.stringMatching(/seed +│ 1 +│ first/) });
    const verified = await onAws("verify", ["first"]);
    expect(verified).toMatchObject({
      code: 0,
      output: expect.stringContaining("every object is what the others say of it"),
    });
  });

  test("is asked for predictions", async () => {
    const { examples } = await openEmbeddedSample();
    const table = join(temporaryFolder(), "digit.csv");
    writeFileSync(table, [...examples.x.subarray(0, 784), examples.y[0]].join());
    const asked = await onAws("predict", ["first", table, "--json"]);
    expect(asked).toMatchObject({ code: 0, said: "" });
    expect(JSON.parse(asked.output).examples).toHaveLength(1);
  });

  test("once finished is followed at once, and neither stopped nor resumed", async () => {
    expect(resultOf(await onAws("follow", ["first", "--json"]))).toEqual(first);
    for (const command of ["stop", "resume"]) {
      const answer = await onAws(command, ["first"]);
      expect(answer).toMatchObject({ code: 2, said: expect.stringContaining("RunFinished") });
    }
  });

  test("interrupted goes on, and is followed through its executions to the same bits", async () => {
    const interrupted = await startUnwatched("watched", "federation.executionRounds=1");
    expect(interrupted).toMatchObject({ code: 130, output: "" });
    expect(interrupted.said).toContain("fedstep follow watched --target aws watches it again");
    expect(interrupted.said).toContain("fedstep stop watched --target aws ends it");
    const followed = await onAws("follow", ["watched"]);
    expect(followed).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^run watched: execution watched(@\d)? is /m),
    });
    const file = join(home, "runs", "watched", "result.json");
    expect(bits(resultRecord.parse(JSON.parse(readFileSync(file, "utf8"))))).toEqual(bits(first));
  });

  test("is stopped, and goes on when it is resumed", async () => {
    expect(await startUnwatched("stopped", "federation.rounds=40")).toMatchObject({ code: 130 });
    const stopped = await onAws("stop", ["stopped"]);
    expect(stopped).toMatchObject({ code: 0, said: "" });
    expect(stopped.output).toContain("fedstep resume stopped --target aws");
    expect(await onAws("stop", ["stopped"])).toMatchObject({
      code: 2,
      said: expect.stringMatching(/RunNotUnderWay: .*execution stopped is ABORTED/),
    });
    expect(await onAws("follow", ["stopped"])).toMatchObject({
      code: 1,
      said: expect.stringMatching(/ExecutionFailed: run stopped was stopped: Interrupted/),
    });
    const resumed = await onAws("resume", ["stopped"]);
    expect(resumed).toMatchObject({ code: 0, output: expect.stringContaining("report ") });
  });

  test("says so where there is no such run or stack", async () => {
    for (const command of ["follow", "stop", "resume", "show", "verify", "report"]) {
      const answer = await onAws(command, ["none"]);
      expect(answer).toMatchObject({
        code: 2,
        said: expect.stringContaining('RunMissing: there is no run "none"'),
      });
    }
    expect(await onAws("runs", ["--stack", "other"])).toMatchObject({
      code: 2,
      said: expect.stringMatching(/StackMissing: there is no stack "other" .*us-east-1/),
    });
  });
});

describe("a local run", () => {
  test("that was cut off is neither followed nor stopped, since it ended with its command", async () => {
    const interrupt = new AbortController();
    const onSaid = (text: string) => {
      if (text.includes("run cut")) interrupt.abort();
    };
    const args = ["--preset", "smoke", "--name", "cut"];
    expect(await here("run", args, { signal: interrupt.signal, onSaid })).toMatchObject({
      code: 130,
      said: expect.stringMatching(
        /^run cut is stopped; fedstep resume cut .* goes on from its last complete round$/m,
      ),
    });
    for (const command of ["follow", "stop"]) {
      expect(await here(command, ["cut"])).toMatchObject({
        code: 2,
        output: "",
        said: expect.stringMatching(/^RunEndsWithCommand: run cut .* the command that started it/),
      });
    }
  });

  test("that has finished is followed at once, and not stopped", async () => {
    await here("run", ["--preset", "smoke", "--name", "whole", "--json"]);
    const followed = await here("follow", ["whole"]);
    expect(followed).toMatchObject({ code: 0, output: expect.stringContaining("report ") });
    const stopped = await here("stop", ["whole"]);
    expect(stopped).toMatchObject({ code: 2, said: expect.stringContaining("RunFinished") });
  });
});
