import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationServiceException, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  SFNServiceException,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withLimits } from "../../cloud/deployment.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { keys } from "../../shared/layout.ts";
import { resultRecord } from "../../shared/workflow/result-record.ts";
import { getResult } from "../../storage/result-objects.ts";
import { claimRun, playRun } from "../functions/played-run.ts";
import { flowers } from "./flowers.ts";
import { arnOf, mockedAws, restoreAws } from "./targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

let aws: ReturnType<typeof mockedAws>;
let home: string;
beforeEach(() => {
  aws = mockedAws();
  home = temporaryFolder();
});
afterEach(restoreAws);

const onAws = (command: string, ...args: string[]) =>
  fedstep([command, ...args, "--home", home, "--target", "aws"]);

const table = () => flowers(home);

function study(): string {
  const file = join(home, "study.json");
  const config = { partition: { clients: 3, otherShare: 0.2 }, model: { hidden: [5] } };
  const short = { federation: { rounds: 2 }, baseline: { epochs: 1 } };
  writeFileSync(file, JSON.stringify({ name: "short", config: { ...config, ...short }, seeds: [1] }));
  return file;
}

const runArgs = () => [
  "--data",
  table(),
  "--label",
  "kind",
  "--name",
  "r",
  ...[
    "partition.clients=3",
    "partition.otherShare=0.2",
    "model.hidden=[5]",
    "federation.rounds=2",
    "baseline.epochs=1",
  ].flatMap((one) => ["--set", one]),
];

/** Every command that takes --target aws, with what else it takes. */
const commands: readonly (readonly [command: string, args: () => string[]])[] = [
  ["run", runArgs],
  ["study", () => [study(), "--data", table(), "--label", "kind"]],
  ["follow", () => ["r"]],
  ["stop", () => ["r"]],
  ["resume", () => ["r"]],
  ["cost", () => ["r"]],
  ["runs", () => []],
  ["show", () => ["r"]],
  ["report", () => ["r"]],
  ["compare", () => ["r", "s"]],
  ["verify", () => ["r"]],
  ["predict", () => ["r", table()]],
];

const denied = (action: string) =>
  [
    "AccessDenied",
    `User: arn:aws:iam::123456789012:user/u is not authorized to perform: ${action} on resource: *`,
  ] as const;
const expired = ["ExpiredTokenException", "The security token included in the request is expired"] as const;
const throttled = ["ThrottlingException", "Rate exceeded"] as const;
const inFull = ([name, message]: readonly [string, string]) => ({
  name,
  message,
  $fault: "client" as const,
  $metadata: { httpStatusCode: 400 },
});
const ofStates = (refusal: readonly [string, string]) => new SFNServiceException(inFull(refusal));

describe.each(commands)("fedstep %s --target aws", (command, args) => {
  test.each([
    [denied("cloudformation:DescribeStacks"), 2, /^PermissionMissing: .*cloudformation:DescribeStacks/m],
    [expired, 2, /^CredentialsExpired: .*aws sso login/m],
    [throttled, 1, /^RequestsThrottled: .*Rate exceeded.*try again/m],
    [
      ["ValidationError", "Stack with id fedstep does not exist"] as const,
      2,
      /^StackMissing: .*"fedstep".*eu-central-1.*npx cdk deploy/m,
    ],
  ])("tells in one sentence of %s", async (refusal, code, sentence) => {
    const error = new CloudFormationServiceException(inFull(refusal));
    aws.cloudFormation.on(DescribeStacksCommand).rejects(error);
    const answer = await onAws(command, ...args());
    expect(answer).toEqual({ code, output: "", said: expect.stringMatching(sentence) });
    expect(answer.said.trimEnd().split("\n").at(-1)).toMatch(sentence);
  });

  test("names the permission that it lacks in the bucket", async () => {
    mockClient(S3Client).rejects(new S3ServiceException(inFull(denied("s3:GetObject"))));
    const answer = await onAws(command, ...args());
    expect(answer).toMatchObject({
      code: 2,
      output: "",
      said: expect.stringContaining(
        "PermissionMissing: these AWS credentials lack the permission s3:GetObject;",
      ),
    });
  });
});

describe("a run that ends well", () => {
  test("is started by its name, told of, and brought home", async () => {
    const answer = await onAws("run", ...runArgs(), "--json");
    expect(answer).toMatchObject({ code: 0, said: "" });
    expect(resultRecord.parse(JSON.parse(answer.output))).toEqual(await getResult(aws.bucket.objects, "r"));
    expect(aws.states.commandCalls(StartExecutionCommand)).toHaveLength(1);
    const files = ["result.json", "report.html", "models/federated/model.safetensors"];
    expect(files.filter((file) => !existsSync(join(home, "runs", "r", file)))).toEqual([]);
  });

  test("is read by the commands that read runs", async () => {
    await onAws("run", ...runArgs());
    await claimRun(aws.bucket, "s");
    await playRun(aws.bucket, "s");
    for (const [command, args] of commands) {
      if (["run", "study", "stop", "resume"].includes(command)) continue;
      const answer = await onAws(
        command,
        ...(command === "predict" ? ["r", table(), "--label", "kind"] : args()),
      );
      expect(answer, command).toMatchObject({ code: 0, output: expect.stringMatching(/\S/) });
    }
    for (const command of ["stop", "resume"]) {
      expect(await onAws(command, "r")).toMatchObject({
        code: 2,
        said: expect.stringMatching(/^RunFinished: .*; fedstep show r --target aws prints its result$/m),
      });
    }
    expect(await onAws("show", "none", "--stack", "fedstep")).toMatchObject({
      code: 2,
      said: 'RunMissing: there is no run "none"; fedstep runs --target aws lists them\n',
    });
  });

  test("is shown round by round, and while it has no result as far as it came", async () => {
    await onAws("run", ...runArgs());
    const { federated } = await getResult(aws.bucket.objects, "r");
    const rows = federated.rounds.map(({ round, accuracy, examples, loss }) =>
      [round, `${(100 * accuracy).toFixed(2)} %`, examples, loss.toFixed(4), 3, 0].join(" │ "),
    );
    const shown = async () => (await onAws("show", "r")).output.replaceAll(/ +/g, " ");
    const finished = await shown();
    for (const row of rows) expect(finished).toContain(`│ ${row} │`);
    expect(finished).toMatch(/^in CloudWatch: the dashboard "fedstep-eu-central-1"/m);

    aws.bucket.contents.delete(keys.result("r"));
    const unfinished = await shown();
    expect(unfinished).toMatch(/^run r has no result: 2 of 2 rounds and 1 of 1 epochs are done$/m);
    for (const row of rows) expect(unfinished).toContain(`│ ${row} │`);
    aws.bucket.contents.delete(keys.roundMetrics("r", 3));
    aws.bucket.contents.delete(keys.roundMetrics("r", 2));
    expect(await shown()).toMatch(/1 of 2 rounds.*│ 1 │ │ │ │ 3 │ 0 │/s);
  });

  test("is one of a study", async () => {
    const answer = await onAws("study", study(), "--data", table(), "--label", "kind", "--json");
    expect(answer).toMatchObject({ code: 0, said: "" });
    expect(aws.states.commandCalls(StartExecutionCommand)).toHaveLength(1);
  });
});

test("a study waits for a run that was stopped and that somebody else has resumed", async () => {
  const args = [study(), "--data", table(), "--label", "kind", "--json"];
  const first = await onAws("study", ...args);
  const [name = ""] = aws.executions.keys();
  const result = aws.bucket.contents.get(keys.result(name)) ?? new Uint8Array();
  aws.bucket.contents.delete(keys.result(name));
  aws.executions.set(name, { status: "ABORTED" });
  aws.states
    .on(DescribeExecutionCommand, { executionArn: arnOf(`${name}@2`) })
    .resolvesOnce({ status: "RUNNING" })
    .callsFake(() => {
      aws.bucket.contents.set(keys.result(name), result);
      return { status: "SUCCEEDED", output: "{}" };
    });
  expect(await onAws("study", ...args)).toEqual(first);
  expect(aws.states.commandCalls(StartExecutionCommand)).toHaveLength(1);
});

describe.each([
  ["FAILED", "failed"],
  ["TIMED_OUT", "timed out"],
  ["ABORTED", "was stopped"],
] as const)("an execution that is %s", (status, how) => {
  const ending = { status, error: "QuorumNotReached", cause: "round 1: 1 of 3 clients reported" };
  const sentence = `ExecutionFailed: run r ${how}: QuorumNotReached: round 1: 1 of 3 clients reported\n`;

  test("ends fedstep run with its error and cause", async () => {
    aws.ends = ending;
    expect(await onAws("run", ...runArgs(), "--json")).toEqual({ code: 1, output: "", said: sentence });
  });

  test("ends fedstep follow, and fedstep resume goes on after it", async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", ending);
    expect(await onAws("follow", "r", "--json")).toEqual({ code: 1, output: "", said: sentence });
    expect(await onAws("resume", "r", "--json")).toMatchObject({ code: 0, said: "" });
    expect([...aws.executions.keys()]).toEqual(["r", "r@2"]);
  });

  test("ends fedstep resume that way again", async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", ending);
    aws.ends = ending;
    expect(await onAws("resume", "r", "--json")).toEqual({ code: 1, output: "", said: sentence });
  });

  test("is not stopped again", async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", ending);
    const answer = await onAws("stop", "r");
    expect(answer).toMatchObject({
      code: 2,
      said: expect.stringMatching(new RegExp(`^RunNotUnderWay: .*execution r is ${status}`)),
    });
    expect(aws.states.commandCalls(StopExecutionCommand)).toHaveLength(0);
  });
});

describe("Step Functions refuses", () => {
  test.each([
    [denied("states:StartExecution"), 2, /PermissionMissing: .*states:StartExecution/],
    [throttled, 1, /RequestsThrottled/],
    [expired, 2, /CredentialsExpired/],
    [
      ["StateMachineDoesNotExist", "State Machine Does Not Exist"] as const,
      2,
      /StackMissing: .*npx cdk deploy again/,
    ],
  ])("to start: %s", async (refusal, code, sentence) => {
    aws.states.on(StartExecutionCommand).rejects(ofStates(refusal));
    expect(await onAws("run", ...runArgs(), "--json")).toEqual({
      code,
      output: "",
      said: expect.stringMatching(sentence),
    });
    // the name is free for another attempt
    expect(aws.bucket.contents.has(keys.config("r"))).toBe(false);
  });

  test.each([
    [denied("states:DescribeExecution"), 2, "PermissionMissing"],
    [throttled, 1, "RequestsThrottled"],
    [expired, 2, "CredentialsExpired"],
  ])("to tell of a run that goes on all the same: %s", async (refusal, code, name) => {
    aws.states.on(DescribeExecutionCommand).rejects(ofStates(refusal));
    const answer = await onAws("run", ...runArgs(), "--json");
    expect(answer).toMatchObject({ code, output: "" });
    expect(answer.said).toMatch(
      new RegExp(`^${name}: .*run r goes on without being watched; fedstep follow r --target aws`),
    );
  });

  test("to stop", async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", { status: "RUNNING" });
    aws.states.on(StopExecutionCommand).rejects(ofStates(denied("states:StopExecution")));
    const answer = await onAws("stop", "r");
    expect(answer).toMatchObject({
      code: 2,
      output: "",
      said: expect.stringContaining("states:StopExecution;"),
    });
  });
});

test.each(["run", "cost", "study"])(
  "fedstep %s on a stack of an earlier version says to deploy it again",
  async (command) => {
    aws.deployment = undefined;
    const [, args] = commands.find(([name]) => name === command) ?? [];
    await claimRun(aws.bucket, "r");
    const answer = await onAws(command, ...(args?.() ?? []));
    expect(answer).toMatchObject({ code: 2, output: "" });
    expect(answer.said.trimEnd().split("\n").at(-1)).toMatch(
      /^StackOutdated: the output Deployment of stack "fedstep" is missing.*run npx cdk deploy again$/,
    );
  },
);

test("a run that cannot be there is refused before a data set is looked for", async () => {
  const missing = ["ValidationError", "Stack with id fedstep does not exist"] as const;
  aws.cloudFormation.on(DescribeStacksCommand).rejects(new CloudFormationServiceException(inFull(missing)));
  const { said } = await onAws("run", "--data", join(home, "nowhere"));
  expect(said).toMatch(/^StackMissing: [^\n]+\n$/);
});

test("a stack that another version has deployed is used, and said to be of another one", async () => {
  aws.version = "0.0.7";
  const answer = await onAws("run", ...runArgs());
  expect(answer.code).toBe(0);
  expect(answer.said).toMatch(
    /^note: fedstep 0\.0\.7 deployed stack fedstep, and this is \d.*npx cdk deploy/m,
  );
});

test("what a run, or the runs of a study, will cost is said before anything is started", async () => {
  const costs = "0\\.\\d+ dollars at the list prices of us-east-1";
  const run = await onAws("run", ...runArgs());
  expect(run.said).toMatch(new RegExp(`^estimate: ${costs}, and [\\d.]+ s$`, "m"));
  const all = await onAws("study", study(), "--data", table(), "--label", "kind");
  expect(all.said).toMatch(new RegExp(`^estimate: ${costs}, if all of its runs are to be run$`, "m"));
});

describe("a stack with other memory than the usual", () => {
  const wide = () => [...runArgs(), "--set", "model.hidden=[3000,3000]"];
  const aggregating = (memoryMb: number) => withLimits(defaultDeployment, "AggregateRound", { memoryMb });

  test("is what a run is checked against, before anything is uploaded", async () => {
    aws.deployment = aggregating(512);
    const refused = await onAws("run", ...wide());
    expect(refused).toMatchObject({ code: 2, output: "" });
    const [, option, mb] = /deploy with -c memoryMb\.(\w+)=(\d+)$/m.exec(refused.said) ?? [];
    expect(refused.said).toMatch(/LambdaMemoryTooSmall: /);
    expect([option, Number(mb) > 512]).toEqual(["AggregateRound", true]);
    expect([...aws.bucket.contents.keys()]).toEqual([]);
  });

  test("takes a run that one with less refuses", async () => {
    aws.deployment = aggregating(10_240);
    // what is asked to run it is of no interest here
    aws.ends = { status: "ABORTED" };
    const answer = await onAws("run", ...wide());
    expect(answer.said).not.toContain("LambdaMemoryTooSmall");
    expect(aws.states.commandCalls(StartExecutionCommand)).toHaveLength(1);
  });
});

describe("a run that is under way", () => {
  beforeEach(async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", { status: "SUCCEEDED", output: JSON.stringify({ ExecutionArn: arnOf("r@2") }) });
    aws.executions.set("r@2", { status: "RUNNING" });
  });

  test("is stopped in its last execution", async () => {
    const answer = await onAws("stop", "r");
    expect(answer).toMatchObject({
      code: 0,
      output: expect.stringContaining("fedstep resume r --target aws"),
    });
    expect(aws.executions.get("r@2")).toMatchObject({ status: "ABORTED", error: "Interrupted" });
  });

  test("is stopped in an execution too that started meanwhile", async () => {
    aws.states.on(StopExecutionCommand, { executionArn: arnOf("r@2") }).callsFakeOnce(() => {
      aws.executions.set("r@2", { status: "ABORTED" });
      aws.executions.set("r@3", { status: "RUNNING" });
      return {};
    });
    expect(await onAws("stop", "r")).toMatchObject({ code: 0 });
    expect(aws.executions.get("r@3")).toMatchObject({ status: "ABORTED" });
  });

  test("is followed in its last execution", async () => {
    await playRun(aws.bucket, "r");
    const result = aws.bucket.contents.get(keys.result("r")) ?? new Uint8Array();
    aws.bucket.contents.delete(keys.result("r"));
    let looks = 0;
    aws.states.on(DescribeExecutionCommand, { executionArn: arnOf("r@2") }).callsFake(() => {
      if (looks++ === 0) return { status: "RUNNING" };
      // it ends between the first look and the second
      aws.bucket.contents.set(keys.result("r"), result);
      return { status: "SUCCEEDED", output: "{}" };
    });
    const answer = await onAws("follow", "r");
    expect(answer).toMatchObject({ code: 0, output: expect.stringContaining("weights sha256") });
    expect(answer.said).toMatch(/^run r: execution r@2 is RUNNING$/m);
  });

  test("is not resumed", async () => {
    expect(await onAws("resume", "r")).toMatchObject({
      code: 2,
      said: expect.stringMatching(/^.*RunUnderWay: run r is under way in its execution r@2/m),
    });
  });

  test("of which Step Functions knows nothing is neither followed nor stopped", async () => {
    aws.executions.clear();
    for (const command of ["follow", "stop"]) {
      expect(await onAws(command, "r")).toMatchObject({
        code: 2,
        said: expect.stringMatching(/^RunNotUnderWay: run r has no execution that Step Functions remembers/),
      });
    }
  });
});
