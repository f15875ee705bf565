import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { localStorage } from "../../cli/targets/local.ts";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { keys } from "../../shared/layout.ts";
import { type Result, resultRecord } from "../../shared/workflow/result-record.ts";
import { runRecord } from "../../shared/workflow/run-record.ts";
import type { Objects } from "../../storage/objects.ts";
import { administratorVariables } from "../local/signing.ts";
import { stubAwsSettings } from "./targets/refusing-service.ts";
import { fedstep, sharedHome } from "./terminal.ts";

/** Executions of the deployed state machine that no command of fedstep starts, and commands that find what they leave. */
let emulator: Emulator;
let states: SFNClient;

beforeAll(async () => {
  emulator = await startEmulator({
    home: sharedHome(),
    variables: { FEDSTEP_MNIST_MIRRORS: "http://127.0.0.1:2/" },
  });
  stubAwsSettings({ ...administratorVariables, AWS_ENDPOINT_URL: emulator.url });
  states = new SFNClient({});
});

afterAll(async () => {
  states?.destroy();
  vi.unstubAllEnvs();
  await emulator?.close();
});

const onAws = (command: string, ...args: string[]) => fedstep([command, ...args, "--target", "aws"]);
const stateMachineArn = () => emulator.assembly.stateMachine.arn;

async function start(name: string, input: unknown): Promise<string> {
  const command = new StartExecutionCommand({
    stateMachineArn: stateMachineArn(),
    name,
    input: JSON.stringify(input),
  });
  return (await states.send(command)).executionArn ?? "";
}

/** Waits for an execution's end. */
async function endOf(executionArn: string) {
  for (;;) {
    const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== "RUNNING") return execution;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const short = { "federation.rounds": 2, "baseline.epochs": 2, "dataset.limit": 500 };
const shortOptions = ["federation.rounds=2", "baseline.epochs=2", "dataset.limit=500"];
const bits = ({ federated, baseline }: Result) => [federated.weightsSha256, baseline?.weightsSha256];
const shown = async (run: string) =>
  resultRecord.parse(JSON.parse((await onAws("show", run, "--json")).output));

async function withObjects<T>(work: (objects: Objects) => Promise<T>): Promise<T> {
  const storage = await localStorage(sharedHome());
  try {
    return await work(storage.objects);
  } finally {
    await storage.close();
  }
}
const recordOf = (run: string) => withObjects((objects) => objects.getRecord(keys.config(run), runRecord));

function awsCli(): boolean {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!awsCli())("aws stepfunctions start-execution (needs the AWS CLI)", () => {
  test("is a run from its input to its result", async () => {
    const answer = await promisify(execFile)("aws", [
      ...["stepfunctions", "start-execution", "--output", "json", "--region", "us-east-1"],
      ...["--endpoint-url", emulator.url],
      ...["--state-machine-arn", stateMachineArn(), "--name", "typed"],
      ...["--input", JSON.stringify({ preset: "smoke", set: short, dataset: "sample" })],
    ]);
    const { executionArn } = JSON.parse(answer.stdout);
    const { status, output } = await endOf(executionArn);
    expect([status, JSON.parse(output ?? "")]).toEqual([
      "SUCCEEDED",
      {
        ...{ run: "typed", result: "runs/typed/result.json" },
        ...{ resultSeal: expect.any(String), chainSha256: expect.any(String) },
      },
    ]);
    const typed = await shown("typed");
    expect(JSON.parse(output ?? "").chainSha256).toBe(typed.federated.chainSha256);
    expect(typed.startedBy).toEqual({ execution: executionArn, dataset: "sample", notes: [] });
    const set = shortOptions.flatMap((one) => ["--set", one]);
    const here = await fedstep(["run", "--preset", "smoke", ...set, "--json", "--home", sharedHome()]);
    expect(bits(typed)).toEqual(bits(resultRecord.parse(JSON.parse(here.output))));
  });
});

describe("an execution without an input of the command line", () => {
  let result: Result;
  let arn: string;
  beforeAll(async () => {
    arn = await start("by-hand", { preset: "smoke", set: short });
    const { status, output, cause } = await endOf(arn);
    expect([status, cause]).toEqual(["SUCCEEDED", undefined]);
    const notes = [expect.stringMatching(/^no mirror of MNIST .* the 10,000 digits .* stand in/)];
    expect(JSON.parse(output ?? "")).toMatchObject({
      run: "by-hand",
      result: "runs/by-hand/result.json",
      notes,
    });
    result = await shown("by-hand");
  });

  test("is found by every command that a run of the command line is", async () => {
    expect(result.dataset.name).toBe("mnist-sample");
    expect((await onAws("show", "by-hand")).output).toMatch(/^note: no mirror of MNIST/m);
    expect(JSON.parse((await onAws("runs", "--json")).output)).toContainEqual(
      expect.objectContaining({ run: "by-hand", finished: true, preset: "smoke" }),
    );
    const followed = await onAws("follow", "by-hand", "--json", "--home", sharedHome());
    expect(JSON.parse(followed.output)).toEqual(result);
    expect(await onAws("verify", "by-hand")).toMatchObject({ code: 0 });
    expect(await onAws("report", "by-hand", "--home", sharedHome())).toMatchObject({ code: 0 });
    expect(await onAws("cost", "by-hand")).toMatchObject({ code: 0 });
    expect(await onAws("stop", "by-hand")).toMatchObject({
      code: 2,
      said: expect.stringContaining("RunFinished"),
    });
  });

  test("is dated by Step Functions", async () => {
    const { startDate } = await states.send(new DescribeExecutionCommand({ executionArn: arn }));
    const { createdAt, startedBy } = await recordOf("by-hand");
    expect(createdAt).toBe(startDate?.toISOString());
    expect(startedBy?.execution).toBe(arn);
  });

  test("whose name is another run's fails by name", async () => {
    const { startedBy: _, ...record } = await recordOf("by-hand");
    await withObjects((objects) => objects.putRecord(keys.config("claimed"), { ...record, run: "claimed" }));
    const { status, error, cause } = await endOf(await start("claimed", { preset: "smoke" }));
    expect([status, error]).toEqual(["FAILED", "RunExists"]);
    expect(cause).toContain("started by the command line; give the execution another name");
  });

  test.each<[string, unknown, string, RegExp]>([
    [
      "a field that there is not",
      { federation: { rounds: 5 } },
      "ConfigInvalid",
      /federation: no such field/,
    ],
    [
      "a value out of range",
      { set: { "training.learningRate": -1 } },
      "ConfigInvalid",
      /training\.learningRate: got -1/,
    ],
    ["a list", ["seed=2"], "ConfigInvalid", /input: got \["seed=2"\]/],
    ["a data set that is not there", { dataset: "a".repeat(64) }, "DatasetInvalid", /dataset: there is no/],
    [
      "too small a budget",
      { dataset: "sample", set: { "federation.budget": 1e-5 } },
      "BudgetTooSmall",
      /federation\.budget/,
    ],
  ])("with %s fails by name, with the field, after its first state", async (what, input, name, field) => {
    const { status, error, cause } = await endOf(await start(what.replaceAll(" ", "-"), input));
    expect([status, error]).toEqual(["FAILED", name]);
    expect(JSON.parse(cause ?? "").errorMessage).toMatch(field);
  });
});

describe("an execution with a name that is no run's", () => {
  const name = "long-é-".padEnd(80, "z");

  test("is followed, stopped and resumed under the shorter one", async () => {
    const arn = await start(name, {
      preset: "smoke",
      set: { ...short, "federation.rounds": 60 },
      dataset: "sample",
    });
    const run = await vi.waitFor(
      async () => {
        const listed: { run: string }[] = JSON.parse((await onAws("runs", "--json")).output);
        const found = listed.find((one) => one.run.startsWith("long-"));
        if (!found) throw new Error("not there yet");
        return found.run;
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(run).toMatch(/^[A-Za-z0-9._-]{72}$/);
    expect(await onAws("stop", run)).toMatchObject({ code: 0 });
    expect((await endOf(arn)).status).toBe("ABORTED");
    expect(await onAws("stop", run)).toMatchObject({
      code: 2,
      said: expect.stringContaining(`its execution ${name} is ABORTED`),
    });
    const resumed = await onAws("resume", run, "--json", "--home", sharedHome());
    expect(resumed).toMatchObject({ code: 0 });
    const { startedBy } = resultRecord.parse(JSON.parse(resumed.output));
    expect(startedBy).toMatchObject({ execution: arn, notes: [expect.stringContaining(`"${name}"`)] });
    const followed = await onAws("follow", run, "--json", "--home", sharedHome());
    expect(followed).toMatchObject({ code: 0 });
  });
});
