import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { region } from "../../../local/assembly/names.ts";
import { type Emulator, startEmulator } from "../../../local/emulator.ts";
import { administratorCredentials, localCredentials } from "../../../local/iam/credential-store.ts";
import { eventually, temporaryFolder } from "../lambda/toy-functions.ts";
import { codeOfCall, hasModule, runPython } from "../python.ts";
import { refusal } from "../s3/endpoint.ts";
import { signed } from "../signing.ts";
import {
  bucket,
  clinic,
  coordinator,
  federationRole,
  functionArn,
  hospital,
  machineArn,
  roleArn,
  writeCoordinator,
  writeOwner,
} from "./stacks.ts";

let emulator: Emulator;
let home: string;
let dataBuckets: readonly string[];
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  const folder = await temporaryFolder();
  closers.push(() => folder[Symbol.asyncDispose]());
  const below = (name: string) => {
    const path = join(folder.path, name);
    mkdirSync(path);
    return path;
  };
  home = below("home");
  emulator = await startEmulator({
    home,
    root: writeCoordinator(below("coordinator")),
    stacks: [
      { account: hospital, directory: writeOwner(below("hospital"), ["s3:GetObject", "s3:PutObject"]) },
      { account: clinic, directory: writeOwner(below("clinic"), ["s3:PutObject"]) },
    ],
  });
  closers.unshift(() => emulator.close());
  dataBuckets = emulator.others.flatMap(({ buckets }) => buckets);
});
afterAll(async () => {
  for (const close of closers) await close();
});

const credentialsOf = (account: string) =>
  account === coordinator ? localCredentials : administratorCredentials(account);
/** For clients of an account's administrator. */
const as = (account: string) => ({
  endpoint: emulator.url,
  region,
  maxAttempts: 1,
  credentials: credentialsOf(account),
  forcePathStyle: true,
});

async function invoke(account: string, FunctionName: string, event: object = {}): Promise<unknown> {
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) });
  const { Payload } = await new LambdaClient(as(account)).send(command);
  return JSON.parse(Buffer.from(Payload ?? []).toString());
}

/** Runs the state machine to its end. */
async function execute(input: object) {
  const client = new SFNClient(as(coordinator));
  const command = new StartExecutionCommand({ stateMachineArn: machineArn, input: JSON.stringify(input) });
  const { executionArn = "" } = await client.send(command);
  const describeIt = () => client.send(new DescribeExecutionCommand({ executionArn }));
  await eventually("the end", async () => (await describeIt()).status !== "RUNNING", 60_000);
  const { status, output, error, cause } = await describeIt();
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  return { status, output: output && JSON.parse(output), error, cause, events };
}

const byPath = (account: string, name = "Invoke", event: object = {}) =>
  execute({ task: "by path", role: roleArn(account, name), function: functionArn(account), event });

describe("a Task with Credentials invokes another account's function", () => {
  test("as a role that the definition names", async () => {
    const { output, events } = await execute({ task: "named", event: {} });
    expect(output).toBe(functionArn(hospital));
    const scheduled = events.find(({ type }) => type === "LambdaFunctionScheduled");
    expect(scheduled?.lambdaFunctionScheduledEventDetails).toMatchObject({
      resource: functionArn(hospital),
      taskCredentials: { roleArn: roleArn(hospital, "Invoke") },
    });
  });

  test.each([hospital, clinic])("as a role of account %s that the input names", async (account) => {
    const { output, events } = await byPath(account);
    expect(output).toBe(functionArn(account));
    const scheduled = events.find(({ type }) => type === "TaskScheduled");
    expect(scheduled?.taskScheduledEventDetails?.taskCredentials).toEqual({
      roleArn: roleArn(account, "Invoke"),
    });
  });

  test.each([
    ["another external id", "InvokeForAnotherId"],
    ["another role as principal", "InvokeForAnotherRole"],
    ["the coordinator's own policy against it", "Unlisted"],
    ["no such name", "InvokeNobody"],
  ])("not as a role with %s", async (_, name) => {
    expect(await byPath(hospital, name)).toMatchObject({
      status: "FAILED",
      error: "States.TaskFailed",
      cause: `The role ${federationRole} is not authorized to assume the task state's role, ${roleArn(hospital, name)}.`,
    });
  });

  test("not as a role that may not invoke it, nor without one", async () => {
    const denied = { status: "FAILED", error: "Lambda.AWSLambdaException" };
    const says = (why: string) => {
      const cause = new RegExp(`${why}.*Status Code: 403; Error Code: AccessDeniedException;`);
      return { ...denied, cause: expect.stringMatching(cause) };
    };
    const identity = "because no identity-based policy allows the lambda:InvokeFunction action";
    expect(await byPath(hospital, "InvokeNothing")).toMatchObject(says(identity));
    const own = (name: string) => execute({ task: "own", function: functionArn(hospital, name), event: {} });
    expect(await own("TrainClient")).toMatchObject(says(identity));
    // its resource's side alone is not enough
    expect(await own("Open")).toMatchObject(says(identity));
  });
});

describe("what a Task's role meets at another account has AWS's name", () => {
  const failed = (error: string, cause = "") => ({
    status: "FAILED",
    error,
    cause: expect.stringContaining(cause),
  });

  test("for a function that is not there", async () => {
    const input = {
      task: "by path",
      role: roleArn(hospital, "Invoke"),
      function: functionArn(hospital, "Gone"),
    };
    const gone = await execute({ ...input, event: {} });
    expect(gone).toMatchObject(failed("Lambda.ResourceNotFoundException", "Function not found"));
  });

  test("for one that throws an error of a name, without words and place", async () => {
    const { error, cause, ...ended } = await byPath(hospital, "Invoke", { Refuse: "OwnerRefuses" });
    expect(ended).toMatchObject({ status: "FAILED" });
    expect(error).toBe("OwnerRefuses");
    expect(JSON.parse(cause ?? "")).toEqual({ errorType: "OwnerRefuses", errorMessage: "", trace: [""] });
  });

  test("for an answer of more than 256 KiB, and not for less", async () => {
    expect(await byPath(hospital, "Invoke", { Answer: 250_000 })).toMatchObject({ status: "SUCCEEDED" });
    expect(await byPath(hospital, "Invoke", { Answer: 262_145 })).toMatchObject(
      failed("States.DataLimitExceeded"),
    );
  });
});

describe("a role of another account is assumed", () => {
  const assume = (externalId?: string) => {
    const form = new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: roleArn(hospital, "External"),
      RoleSessionName: "person",
      ...(externalId !== undefined && { ExternalId: externalId }),
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return signed(`${emulator.url}/`, "sts", { headers, body: form.toString() });
  };
  test.each([
    ["not without its external id", undefined, 403],
    ["not with another one", "other", 403],
    ["with its own", "id", 200],
  ])("%s", async (_, externalId, status) => {
    const answer = await assume(externalId);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(
      status === 200 ? `${hospital}:assumed-role/External/person` : "AccessDenied",
    );
  });
});

describe("Lambda", () => {
  test("takes a name for a function of the caller's account, and an ARN for any", async () => {
    for (const account of [coordinator, hospital, clinic]) {
      expect(await invoke(account, "TrainClient")).toBe(functionArn(account));
    }
    expect(await invoke(hospital, functionArn(hospital))).toBe(functionArn(hospital));
    const open = [functionArn(hospital, "Open"), `${hospital}:function:Open`, `${hospital}:Open`];
    for (const name of open) expect(await invoke(coordinator, name)).toBe(open[0]);
  });

  test("asks the function's own policy where it is another account's", async () => {
    const client = new LambdaClient(as(coordinator));
    const get = (FunctionName: string) => client.send(new GetFunctionCommand({ FunctionName }));
    const denied = { name: "AccessDeniedException", status: 403 };
    const resource = { message: expect.stringContaining("because no resource-based policy allows") };
    const theirs = functionArn(hospital);
    expect(await refusal(invoke(coordinator, theirs))).toMatchObject({ ...denied, ...resource });
    expect(await refusal(invoke(coordinator, `${hospital}:TrainClient`))).toMatchObject(denied);
    expect(await refusal(get(theirs))).toMatchObject(denied);
    // it lets nobody look, and an account that it does not name do nothing
    expect(await refusal(get(functionArn(hospital, "Open")))).toMatchObject(denied);
    expect(await refusal(invoke(clinic, functionArn(hospital, "Open")))).toMatchObject(denied);
    // whether it is there or not
    expect(await refusal(invoke(coordinator, functionArn(hospital, "Nothing")))).toMatchObject(denied);
    expect(await refusal(invoke(coordinator, "Open"))).toMatchObject({
      name: "ResourceNotFoundException",
      status: 404,
      message: "Function not found: Open (known functions: TrainClient, Door)",
    });
  });

  test("keeps apart what functions of one name log and measure", async () => {
    await invoke(coordinator, "TrainClient", { Metric: "Own" });
    await invoke(clinic, "TrainClient", { Metric: "Theirs" });
    const theirs = (...path: string[]) => join(home, "accounts", clinic, ...path);
    await eventually("the metrics", () => existsSync(theirs("metrics", "test")));
    expect(readdirSync(join(home, "metrics"))).toEqual(["test"]);
    expect(readdirSync(join(home, "logs", "TrainClient"))).toHaveLength(1);
    expect(readdirSync(theirs("logs", "TrainClient"))).toHaveLength(1);
    const arns = emulator.lambda.reports.map(({ functionArn: arn }) => arn);
    expect(arns).toEqual(expect.arrayContaining([functionArn(coordinator), functionArn(clinic)]));
  });
});

describe("an owner's function", () => {
  const train = (account: string, event: object) =>
    byPath(account, "Invoke", event).then(({ output }) => output);

  test("works on its own bucket, into which nobody else sees", async () => {
    expect(await train(hospital, { Put: "patients", Get: "patients" })).toBe("bytes");
    const [Bucket] = dataBuckets;
    const read = (account: string) =>
      new S3Client(as(account)).send(new GetObjectCommand({ Bucket, Key: "patients" }));
    expect((await read(hospital)).ContentLength).toBe(5);
    for (const account of [coordinator, clinic]) {
      expect(await refusal(read(account))).toMatchObject({ name: "AccessDenied", status: 403 });
    }
    expect(await train(clinic, { Bucket, Get: "patients" })).toBe("AccessDenied");
    // rights to every bucket are rights to those of one's account
    expect(await invoke(coordinator, "TrainClient", { Bucket, Get: "patients" })).toBe("AccessDenied");
  });

  test("writes and reads below its account's prefix of the coordinator's bucket, and nowhere else", async () => {
    const Put = `updates/${hospital}/1`;
    expect(await train(hospital, { Bucket: bucket, Put, Get: Put })).toBe("bytes");
    for (const Key of [`updates/${clinic}/1`, "updates/1", "runs/1"]) {
      expect(await train(hospital, { Bucket: bucket, Put: Key })).toBe("AccessDenied");
      expect(await train(hospital, { Bucket: bucket, Get: Key })).toBe("AccessDenied");
    }
    // what is written is the bucket's
    const Key = await invoke(coordinator, "TrainClient", { Bucket: bucket, Get: Put });
    expect(Key).toBe("bytes");
  });

  test("does no more there than its own role lets it, whatever the bucket does", async () => {
    const Put = `updates/${clinic}/1`;
    expect(await train(clinic, { Bucket: bucket, Put })).toBe(functionArn(clinic));
    expect(await train(clinic, { Bucket: bucket, Get: Put })).toBe("AccessDenied");
  });
});

describe("an account's administrator", () => {
  test.each([coordinator, hospital, clinic])("of %s is told of its own alone", async (account) => {
    const { Functions } = await new LambdaClient(as(account)).send(new ListFunctionsCommand({}));
    const own = account === coordinator ? ["TrainClient", "Door"] : ["TrainClient", "Open"];
    expect(Functions?.map(({ FunctionArn }) => FunctionArn)).toEqual(
      own.map((name) => functionArn(account, name)),
    );
    const { Stacks } = await new CloudFormationClient(as(account)).send(new DescribeStacksCommand({}));
    const stack = account === coordinator ? "federation" : "owner";
    expect(Stacks?.map(({ StackId }) => StackId)).toEqual([
      `arn:aws:cloudformation:${region}:${account}:stack/${stack}/local`,
    ]);
    const { Buckets } = await new S3Client(as(account)).send(new ListBucketsCommand({}));
    const at = [hospital, clinic].indexOf(account);
    expect(Buckets?.map(({ Name }) => Name)).toEqual([dataBuckets[at] ?? bucket]);
    const { stateMachines } = await new SFNClient(as(account)).send(new ListStateMachinesCommand({}));
    expect(stateMachines?.map((one) => one.stateMachineArn)).toEqual(
      account === coordinator ? [machineArn] : [],
    );
  });

  test("has no right in another account", async () => {
    const denied = { status: 403, name: "AccessDenied" };
    const list = new ListObjectsV2Command({ Bucket: bucket });
    expect(await refusal(new S3Client(as(hospital)).send(list))).toMatchObject(denied);
    const describeStack = (account: string, StackName: string) =>
      refusal(new CloudFormationClient(as(account)).send(new DescribeStacksCommand({ StackName })));
    expect(await describeStack(hospital, "federation")).toMatchObject({ name: "ValidationError" });
    const id = `arn:aws:cloudformation:${region}:${coordinator}:stack/federation/local`;
    expect(await describeStack(hospital, id)).toMatchObject({ name: "AccessDenied" });
    const machine = new DescribeStateMachineCommand({ stateMachineArn: machineArn });
    expect(await refusal(new SFNClient(as(hospital)).send(machine))).toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("makes buckets of its own, by names that nobody has", async () => {
    const make = (account: string, Bucket: string) =>
      new S3Client(as(account)).send(new CreateBucketCommand({ Bucket }));
    expect(await refusal(make(hospital, bucket))).toMatchObject({ name: "BucketAlreadyExists", status: 409 });
    await make(hospital, "made-later");
    const list = new ListObjectsV2Command({ Bucket: "made-later" });
    expect((await new S3Client(as(hospital)).send(list)).KeyCount).toBe(0);
    expect(await refusal(new S3Client(as(coordinator)).send(list))).toMatchObject({ name: "AccessDenied" });
  });

  test("of an account that has no stack is nobody", async () => {
    const list = new S3Client(as("777788889999")).send(new ListBucketsCommand({}));
    expect(await refusal(list)).toMatchObject({ name: "InvalidAccessKeyId", status: 403 });
  });
});

const python = (args: readonly string[], account: string) =>
  runPython(args, { url: emulator.url, home, credentials: credentialsOf(account) });

describe.skipIf(!hasModule("boto3"))("boto3", () => {
  const boto3 = (script: string, account: string) =>
    python(["-c", `import boto3\n${codeOfCall}\n${script}`], account);

  test("is either administrator, and has both sides asked", async () => {
    const script = `
s3, sts, functions = boto3.client("s3"), boto3.client("sts"), boto3.client("lambda")
print(sts.get_caller_identity()["Arn"])
print(code(lambda: s3.list_objects_v2(Bucket="${dataBuckets[0]}")))
print(code(lambda: functions.invoke(FunctionName="TrainClient")))
print(code(lambda: functions.invoke(FunctionName="${functionArn(hospital)}")))
print(code(lambda: functions.invoke(FunctionName="${functionArn(hospital, "Open")}")))
role = dict(RoleArn="${roleArn(hospital, "External")}", RoleSessionName="person")
print(code(lambda: sts.assume_role(**role)))
print(code(lambda: sts.assume_role(**role, ExternalId="id")))`;
    expect((await boto3(script, coordinator)).split("\n")).toEqual([
      `arn:aws:iam::${coordinator}:root`,
      "403 AccessDenied",
      "done",
      "403 AccessDeniedException",
      "done",
      "403 AccessDenied",
      "done",
    ]);
    const [who, data] = (await boto3(script, hospital)).split("\n");
    expect([who, data]).toEqual([`arn:aws:iam::${hospital}:root`, "done"]);
  });
});

describe.skipIf(!hasModule("awscli"))("the AWS CLI", () => {
  test("sees its account's buckets, and is denied another's", async () => {
    const aws = (args: readonly string[], account: string) => python(["-m", "awscli", ...args], account);
    expect(await aws(["s3", "ls"], hospital)).toContain(dataBuckets[0]);
    expect(await aws(["s3", "ls"], coordinator)).not.toContain(dataBuckets[0]);
    expect(await aws(["s3", "ls", `s3://${dataBuckets[0]}`], coordinator)).toContain("(AccessDenied)");
  });
});

test("a state waits for who asks at a function's URL, and needs no account", async () => {
  const described = await new CloudFormationClient(as(coordinator)).send(
    new DescribeStacksCommand({ StackName: "federation" }),
  );
  const url = described.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === "DoorUrl")?.OutputValue;
  expect(url).toBe(`${emulator.url}/lambda_url/${coordinator}/Door/`);
  const job = { task: "remote", key: "jobs/hospital", round: 3, patience: 600 };
  const waiting = execute(job);
  const ask = async () => {
    const answer = await fetch(`${url}jobs/hospital`);
    return `${answer.status} ${await answer.text()}`;
  };
  await eventually("the job is there", async () => (await ask()) === "202 taken", 60_000);
  expect(await waiting).toMatchObject({ status: "SUCCEEDED", output: { round: 3, door: url } });
  expect(await ask()).toBe("409 TaskTimedOut");
  // the job is written once
  expect(await execute(job)).toMatchObject({ status: "FAILED", error: "S3.S3Exception" });
});
