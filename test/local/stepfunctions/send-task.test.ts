import {
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { openStepFunctions } from "../../../local/stepfunctions/stepfunctions.ts";
import { newToken } from "../../../local/stepfunctions/task-tokens.ts";
import { enforced, own } from "../iam/enforced.ts";
import { elsewhere, type GivenStatement } from "../iam/policies.ts";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { codeOfCall, hasModule, runPython } from "../python.ts";
import { refusal } from "../s3/endpoint.ts";
import { someCredentials } from "../signing.ts";
import { toyDoor } from "./toy-door.ts";
import { machineArn } from "./toy-machine.ts";
import { described, toyStates } from "./toy-states.ts";
import { waiting } from "./toy-waits.ts";

type States = Awaited<ReturnType<typeof toyStates>>;
const door = toyDoor();
let states: States;
let given = 0;
const closers: (() => PromiseLike<void>)[] = [];
beforeAll(async () => {
  const folder = await temporaryFolder();
  states = await toyStates(waiting(), folder.path, door.lambda);
  closers.push(
    () => states[Symbol.asyncDispose](),
    () => folder[Symbol.asyncDispose](),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
});

/** Starts an execution, and tells its token once it waits. */
async function waits() {
  const arn = await states.start('{"owner":"hospital"}');
  given += 1;
  return { arn, token: await door.token(given) };
}
const succeed = (taskToken: string, output = "1", client = states.client) =>
  client.send(new SendTaskSuccessCommand({ taskToken, output }));
const fail = (taskToken: string, error?: string, cause?: string) =>
  states.client.send(new SendTaskFailureCommand({ taskToken, error, cause }));
const beat = (taskToken: string) => states.client.send(new SendTaskHeartbeatCommand({ taskToken }));

const tooLate = {
  name: "TaskTimedOut",
  status: 400,
  message: "Task Timed Out: 'Provided task does not exist anymore'",
};
const invalid = { name: "InvalidToken", status: 400, message: "Invalid Token: 'Invalid token'" };

describe("SendTaskSuccess", () => {
  test("ends the wait, once, and a heartbeat before changes nothing", async () => {
    const { arn, token } = await waits();
    await beat(token);
    await succeed(token, '{"rows":7}');
    expect(await states.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: '{"rows":7}' });
    for (const again of [succeed(token), fail(token, "A"), beat(token)]) {
      expect(await refusal(again)).toMatchObject(tooLate);
    }
    const { events = [] } = await states.client.send(new GetExecutionHistoryCommand({ executionArn: arn }));
    expect(events.find(({ type }) => type === "TaskSubmitted")).toBeDefined();
  });

  test("of many at once is taken once", async () => {
    const { arn, token } = await waits();
    const sent = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => succeed(token, String(i))));
    const taken = sent.flatMap(({ status }, i) => (status === "fulfilled" ? [String(i)] : []));
    expect(taken).toHaveLength(1);
    expect((await states.ended(arn)).output).toBe(taken[0]);
  });

  const most = 262_144;
  const textOf = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;
  test.each<[string, string, object]>([
    ["no JSON", "{rows:7}", { name: "InvalidOutput", status: 400 }],
    ["nothing", "", { name: "InvalidOutput", status: 400 }],
    ["a byte too much", textOf(most + 1), { name: "ValidationException", status: 400 }],
    // characters of two bytes
    ["bytes too many in few characters", `"${"é".repeat(most / 2)}"`, { name: "ValidationException" }],
    ["many megabytes", textOf(8 << 20), { status: 413 }],
  ])("with %s is refused, and the state waits on", async (_, output, why) => {
    const { arn, token } = await waits();
    expect(await refusal(succeed(token, output))).toMatchObject(why);
    await succeed(token, textOf(most - 10));
    expect(await states.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
  });
});

test("SendTaskFailure ends the wait by name and cause", async () => {
  const { arn, token } = await waits();
  expect(await refusal(fail(token, "E".repeat(257)))).toMatchObject({ name: "ValidationException" });
  expect(await refusal(fail(token, "E", "c".repeat(32_769)))).toMatchObject({ name: "ValidationException" });
  await fail(token, "PolicyBroken", "rows");
  expect(await states.ended(arn)).toMatchObject({ status: "FAILED", error: "PolicyBroken", cause: "rows" });
});

test.each<[string, string, object]>([
  ["a guess", "AAAA", invalid],
  ["one of another emulator", newToken(), tooLate],
  ["none", "", { name: "ValidationException" }],
  ["a long one", "A".repeat(2049), { name: "ValidationException" }],
])("a token that is %s is refused by all three", async (_, token, why) => {
  for (const sent of [succeed(token), fail(token), beat(token)]) {
    expect(await refusal(sent)).toMatchObject(why);
  }
});

describe("who may hand a token back", () => {
  const actions = ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"].map((name) => `states:${name}`);

  test("has the right to, and is of the machine's account", async () => {
    await using folder = await temporaryFolder();
    const { access, authenticator, settingsOf } = enforced({});
    const endpoint = await startEndpoint(0);
    const ours = machineArn.replace(/:\d{12}:/, `:${own}:`);
    const enforcing = await openStepFunctions({
      stateMachine: { name: "federation", arn: ours, definition: waiting(), described },
      access,
      authenticator,
      endpointUrl: endpoint.url,
      credentials: someCredentials,
      directory: folder.path,
    });
    endpoint.serve("states", enforcing.handle);
    const as = (account: string, ...statements: GivenStatement[]) =>
      new SFNClient({ ...settingsOf(endpoint.url, account, ...statements), maxAttempts: 1 });
    const taskToken = newToken();
    const sent = (client: SFNClient) =>
      Promise.all(
        [
          client.send(new SendTaskSuccessCommand({ taskToken, output: "1" })),
          client.send(new SendTaskFailureCommand({ taskToken })),
          client.send(new SendTaskHeartbeatCommand({ taskToken })),
        ].map(async (one) => (await refusal(one)).name),
      );
    const denied = "AccessDeniedException";
    const three = (name: string) => [name, name, name];
    expect(await sent(as(own))).toEqual(three(denied));
    expect(await sent(as(own, { Action: "states:StartExecution", Resource: "*" }))).toEqual(three(denied));
    const every = { Action: actions, Resource: "*" };
    expect(await sent(as(own, every))).toEqual(three("TaskTimedOut"));
    expect(await sent(as(elsewhere, every))).toEqual(three("InvalidToken"));
    expect(await sent(as(own, { Action: actions[0] ?? "", Resource: "*" }))).toEqual([
      "TaskTimedOut",
      denied,
      denied,
    ]);
    await enforcing.close();
    await endpoint.close();
  });
});

test("an emulator that ends gives its waits up, and the next one takes none of their tokens", async () => {
  await using folder = await temporaryFolder();
  const at = toyDoor();
  const first = await toyStates(waiting({ HeartbeatSeconds: 3600 }), folder.path, at.lambda);
  const arn = await first.start('{"owner":"hospital"}');
  const token = await at.token();
  await first[Symbol.asyncDispose]();
  await using second = await toyStates(waiting(), folder.path, at.lambda);
  expect(await second.describe(arn)).toMatchObject({ status: "ABORTED" });
  expect(await refusal(succeed(token, "1", second.client))).toMatchObject(tooLate);
});

describe.skipIf(!hasModule("boto3"))("boto3", () => {
  test("hands tokens back, and reads what refuses it", async () => {
    const { arn, token } = await waits();
    await using folder = await temporaryFolder();
    const said = await runPython(
      [
        "-c",
        `import boto3
${codeOfCall}
states = boto3.client("stepfunctions")
print(code(lambda: states.send_task_heartbeat(taskToken="${token}")))
print(code(lambda: states.send_task_success(taskToken="${token}", output="{")))
print(code(lambda: states.send_task_success(taskToken="${token}", output='{"by": "boto3"}')))
print(code(lambda: states.send_task_success(taskToken="${token}", output="1")))
print(code(lambda: states.send_task_failure(taskToken="guess", error="A")))`,
      ],
      { url: states.url, home: folder.path },
    );
    expect(said.split("\n")).toEqual([
      "done",
      "400 InvalidOutput",
      "done",
      "400 TaskTimedOut",
      "400 InvalidToken",
    ]);
    expect((await states.ended(arn)).output).toBe('{"by":"boto3"}');
  });
});

describe.skipIf(!hasModule("awscli"))("the AWS CLI", () => {
  test("reports a failure", async () => {
    const { arn, token } = await waits();
    await using folder = await temporaryFolder();
    const call = ["-m", "awscli", "stepfunctions", "send-task-failure", "--error", "NoRows"];
    const python = { url: states.url, home: folder.path };
    expect(await runPython([...call, "--task-token", token], python)).toBe("");
    expect(await states.ended(arn)).toMatchObject({ status: "FAILED", error: "NoRows" });
    expect(await runPython([...call, "--task-token", token], python)).toContain("(TaskTimedOut)");
  });
});
