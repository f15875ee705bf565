import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListActivitiesCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { executionArn } from "../../../local/stepfunctions/execution-name.ts";
import { arnOf, temporaryFolder, toyFunction, toyLambda } from "../lambda/toy-functions.ts";
import { federationDefinition, machineArn } from "./toy-machine.ts";
import { described, toyStates, wait } from "./toy-states.ts";

describe("the federation through both endpoints", () => {
  /** Counts in files, since each environment has a memory of its own. */
  const source = (counter: string) => `
    import { appendFileSync, readFileSync } from "node:fs";
    const raise = (name) => { throw Object.assign(new Error(name), { name }); };
    const seen = (mark) => { appendFileSync(${JSON.stringify(counter)}, mark + "\\n"); return readFileSync(${JSON.stringify(counter)}, "utf8").split("\\n").filter((m) => m === mark).length; };
    export const prepare = ({ clients, quorum }) => Promise.resolve({ run: "r", quorum, federation: { round: 0, task: "train", clients, quorum, done: false }, baseline: { done: false } });
    export const train = async ({ round, client }) => {
      if (client === 1 && round === 0 && seen("client 1") <= 2) raise("Runtime.ExitError");
      if (client === 2) raise("TrainingDiverged");
      return { client, round };
    };
    export const aggregate = async ({ federation, reports }) => {
      const round = federation.round + 1;
      const trained = reports.filter((report) => !report.error).length;
      if (trained < federation.quorum) raise("QuorumNotReached");
      return { ...federation, round, reports, done: round === 2 };
    };
    export const baseline = async () => ({ done: seen("baseline") === 3 });
    export const finish = async ({ branches }) => ({ reports: branches[0].reports, rounds: branches[0].federation.round, baseline: branches[1].baseline });
  `;
  const names = ["prepare", "train", "aggregate", "baseline", "finish"];
  const functions = (folder: string) =>
    Promise.all(
      names.map((name) =>
        toyFunction(folder, { name, handler: `index.${name}`, source: source(join(folder, "counter")) }),
      ),
    );

  it("retries, silences a client and ends with what FinishRun returns", async () => {
    await using lambda = await toyLambda(functions);
    await using states = await toyStates(
      federationDefinition(0.05),
      join(lambda.folder, "executions"),
      lambda.handle,
    );
    const arn = await states.start(JSON.stringify({ clients: [0, 1, 2], quorum: 2 }), "run-1");
    expect(arn).toBe("arn:aws:states:eu-central-1:000000000000:execution:federation:run-1");
    const { status, output, startDate, stopDate } = await states.ended(arn);
    expect(status).toBe("SUCCEEDED");
    const result = JSON.parse(output ?? "");
    expect(result).toMatchObject({ rounds: 2, baseline: { done: true } });
    expect(result.reports.slice(0, 2)).toEqual([
      { client: 0, round: 1 },
      { client: 1, round: 1 },
    ]);
    const { error } = result.reports[2];
    expect(result.reports[2]).toEqual({ client: 2, error });
    expect(error.Error).toBe("TrainingDiverged");
    expect(JSON.parse(error.Cause)).toMatchObject({ errorType: "TrainingDiverged" });
    expect(stopDate?.getTime()).toBeGreaterThan(startDate?.getTime() ?? 0);
    // 1 + 2 x (3 + 1) + 3 + 1, and client 1's two failures
    expect(lambda.reports).toHaveLength(15);
    expect(states.usage(arn)?.events).toBeGreaterThan(100);
  });

  it("fails under the name of the error that nothing catches", async () => {
    await using lambda = await toyLambda(functions);
    await using states = await toyStates(
      federationDefinition(0.05),
      join(lambda.folder, "executions"),
      lambda.handle,
    );
    const { status, error, cause } = await states.ended(
      await states.start(JSON.stringify({ clients: [0, 2], quorum: 2 })),
    );
    expect({ status, error }).toEqual({ status: "FAILED", error: "QuorumNotReached" });
    expect(JSON.parse(cause ?? "")).toMatchObject({ errorMessage: "QuorumNotReached" });
  });

  it("times a Task from its start, not from its place in the queue for a core", async () => {
    const source = `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return ms; }`;
    const lambdas = async (folder: string) => [await toyFunction(folder, { name: "slow", source })];
    await using lambda = await toyLambda(lambdas, { environments: 1 });
    const slow = { Type: "Task", Resource: arnOf("slow"), TimeoutSeconds: 2, End: true };
    const definition = {
      StartAt: "Each",
      States: {
        Each: { Type: "Map", ItemProcessor: { StartAt: "Slow", States: { Slow: slow } }, End: true },
      },
    };
    await using states = await toyStates(definition, join(lambda.folder, "executions"), lambda.handle);
    const after = async (...ms: number[]) =>
      states.ended(await states.start(JSON.stringify(ms.map((one) => ({ ms: one })))));
    // an environment that is being made is not what is timed here
    await after(0);
    expect(await after(800, 800, 800)).toMatchObject({ status: "SUCCEEDED", output: "[800,800,800]" });
    expect(await after(30_000)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("reports a Lambda endpoint that is not there, and its refusals, by the service's names", async () => {
    await using folder = await temporaryFolder();
    const definition = federationDefinition();
    for (const state of Object.values<object>(Reflect.get(definition, "States")))
      Reflect.deleteProperty(state, "Retry");
    await using nowhere = await toyStates(definition, join(folder.path, "nowhere"));
    expect(await nowhere.ended(await nowhere.start())).toMatchObject({ error: "Lambda.SdkClientException" });
    await using lambda = await toyLambda(async () => []);
    await using states = await toyStates(definition, join(folder.path, "other"), lambda.handle);
    expect(await states.ended(await states.start())).toMatchObject({
      error: "Lambda.ResourceNotFoundException",
    });
  });
});

describe("an execution that starts another", () => {
  const continues = {
    StartAt: "IsContinued",
    States: {
      IsContinued: {
        Type: "Choice",
        Choices: [{ Variable: "$.part", IsPresent: true, Next: "Done" }],
        Default: "Continue",
      },
      Continue: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution",
        Parameters: {
          "StateMachineArn.$": "$$.StateMachine.Id",
          "Name.$": "$.next",
          Input: { part: 2, "from.$": "$$.Execution.Name" },
        },
        End: true,
      },
      Done: { Type: "Succeed" },
    },
  };

  it("does not wait for its end, and tells which it is", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(continues, folder.path);
    const first = await states.ended(await states.start('{"next":"other"}', "one"));
    const { ExecutionArn: other } = JSON.parse(first.output ?? "{}");
    expect(other).toMatch(/:other$/);
    const second = await states.ended(other);
    expect(second.status).toBe("SUCCEEDED");
    expect(JSON.parse(second.output ?? "")).toEqual({ part: 2, from: "one" });
    const { events = [] } = await states.client.send(
      new GetExecutionHistoryCommand({ executionArn: first.executionArn }),
    );
    expect(events.filter(({ type }) => type?.startsWith("Task")).map(({ type }) => type)).toEqual([
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
    ]);
    expect(events.find(({ type }) => type === "TaskScheduled")?.taskScheduledEventDetails).toMatchObject({
      resourceType: "states",
      resource: "startExecution",
    });
  });

  it("fails by the service's name where the name is taken", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(continues, folder.path);
    await states.ended(await states.start('{"part":1}', "other"));
    expect(await states.ended(await states.start('{"next":"other"}', "one"))).toMatchObject({
      status: "FAILED",
      error: "StepFunctions.ExecutionAlreadyExistsException",
    });
  });
});

describe("executions", () => {
  it("start once under a name, and again only with the same input while they run", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(60), folder.path);
    const arn = await states.start('{"a":1}', "same");
    expect(await states.start('{"a":1}', "same")).toBe(arn);
    await expect(states.start('{"a":2}', "same")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    await states.client.send(new StopExecutionCommand({ executionArn: arn, error: "Mine", cause: "enough" }));
    await expect(states.start('{"a":1}', "same")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    expect(await states.describe(arn)).toMatchObject({
      status: "ABORTED",
      error: "Mine",
      cause: "enough",
      input: '{"a":1}',
    });
  });

  it.each([["a b"], ["a/b"], ["a:b"], ["x".repeat(81)], ["a\u0001"], ["#"]])(
    "refuse the name %j",
    async (name) => {
      await using folder = await temporaryFolder();
      await using states = await toyStates(wait(1), folder.path);
      await expect(states.start("{}", name)).rejects.toMatchObject({ name: "InvalidName" });
    },
  );

  it("refuse what is no input, no machine, no execution and no operation of theirs", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(1), folder.path);
    await expect(states.start("{")).rejects.toMatchObject({ name: "InvalidExecutionInput" });
    await expect(states.start(JSON.stringify("x".repeat(262_143)))).rejects.toMatchObject({
      name: "ValidationException",
    });
    const stateMachineArn = `${machineArn}-2`;
    const other = new StartExecutionCommand({ stateMachineArn });
    await expect(states.client.send(other)).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
    await expect(states.describe(executionArn(machineArn, "none"))).rejects.toMatchObject({
      name: "ExecutionDoesNotExist",
    });
    await expect(states.client.send(new ListActivitiesCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringContaining("ListActivities"),
    });
  });

  const region = "arn:aws:states:eu-central-1:000000000000";
  it.each([
    ["no ARN", "first", "Invalid Arn: 'Invalid ARN prefix: first'"],
    ["that of a machine", machineArn, "Invalid Arn: 'Resource type not valid in this context: stateMachine'"],
    [
      "a machine's with a name behind it",
      `${machineArn}:none`,
      "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
    ],
    ["an execution's without its name", `${region}:execution:federation`, "Invalid Arn"],
    ["another service's", "arn:aws:lambda:eu-central-1:000000000000:function:f", "Invalid Arn"],
  ])("refuse %s as an execution's ARN, as Step Functions does", async (_, arn, message) => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(1), folder.path);
    const refused = { name: "InvalidArn", message: expect.stringContaining(message) };
    await expect(states.describe(arn)).rejects.toMatchObject(refused);
    const history = states.client.send(new GetExecutionHistoryCommand({ executionArn: arn }));
    await expect(history).rejects.toMatchObject(refused);
    const stopped = states.client.send(new StopExecutionCommand({ executionArn: arn }));
    await expect(stopped).rejects.toMatchObject(refused);
  });

  it("refuse as a machine's ARN what is none, and look for one that is", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(1), folder.path);
    const list = (stateMachineArn: string) =>
      states.client.send(new ListExecutionsCommand({ stateMachineArn }));
    for (const arn of [
      "federation",
      `${region}:execution:federation:first`,
      `${machineArn}:1:2`,
      `${region}:stateMachine:`,
    ]) {
      await expect(list(arn)).rejects.toMatchObject({ name: "InvalidArn" });
    }
    await expect(list(`${machineArn}:1`)).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });

  it.each(["0", "1", "made up", "\u0000"])("refuse the page behind the token %j", async (nextToken) => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(60), folder.path);
    const arn = await states.start("{}", "first");
    const refused = { name: "InvalidToken" };
    const listed = states.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn, nextToken }));
    await expect(listed).rejects.toMatchObject(refused);
    const history = states.client.send(new GetExecutionHistoryCommand({ executionArn: arn, nextToken }));
    await expect(history).rejects.toMatchObject(refused);
    const settings = { stateMachineArn: machineArn, statusFilter: "DONE" as "RUNNING" };
    await expect(states.client.send(new ListExecutionsCommand(settings))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  it("are listed each once where others start and end between two pages", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(60), folder.path);
    const arns: string[] = [];
    for (const name of ["a", "b", "c", "d"]) arns.push(await states.start("{}", name));
    const list = async (nextToken?: string) => {
      const input = {
        stateMachineArn: machineArn,
        maxResults: 2,
        statusFilter: "RUNNING",
        nextToken,
      } as const;
      const page = await states.client.send(new ListExecutionsCommand(input));
      return { names: page.executions?.map(({ name }) => name), next: page.nextToken };
    };
    const first = await list();
    expect(first.names).toEqual(["d", "c"]);
    await states.start("{}", "e");
    await states.client.send(new StopExecutionCommand({ executionArn: arns[2] }));
    expect(await list(first.next)).toEqual({ names: ["b", "a"], next: undefined });
  });

  it("can be listed by status and in pages, the latest first", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(60), folder.path);
    const arns: string[] = [];
    for (const name of ["a", "b", "c"]) arns.push(await states.start("{}", name));
    await states.client.send(new StopExecutionCommand({ executionArn: arns[1] }));
    const list = (input: object) =>
      states.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn, ...input }));
    const first = await list({ maxResults: 2 });
    expect(first.executions?.map(({ name }) => name)).toEqual(["c", "b"]);
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    expect(second.executions?.map(({ name }) => name)).toEqual(["a"]);
    expect(second.nextToken).toBeUndefined();
    const running = await list({ statusFilter: "RUNNING" });
    expect(running.executions?.map(({ name }) => name)).toEqual(["c", "a"]);
  });

  it("show their history in pages, backwards, and without data", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(1), folder.path);
    const executionArn = await states.start('{"a":1}');
    await states.ended(executionArn);
    const history = (input: object) =>
      states.client.send(new GetExecutionHistoryCommand({ executionArn, ...input }));
    const types = [
      "ExecutionStarted",
      "WaitStateEntered",
      "WaitStateExited",
      "SucceedStateEntered",
      "SucceedStateExited",
      "ExecutionSucceeded",
    ];
    const pages: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await history({ maxResults: 4, nextToken });
      pages.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(pages.map(({ type }) => type)).toEqual(types);
    expect(pages[0]?.executionStartedEventDetails?.input).toBe('{"a":1}');
    expect(Math.abs((pages[0]?.timestamp?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    const backwards = await history({ reverseOrder: true, maxResults: 1, includeExecutionData: false });
    expect(backwards.events).toMatchObject([{ id: 6, type: "ExecutionSucceeded" }]);
    expect(backwards.events?.[0]?.executionSucceededEventDetails?.output).toBeUndefined();
  });

  it("persist, and were aborted if their process died", async () => {
    await using folder = await temporaryFolder();
    const first = await toyStates(wait(1), folder.path);
    const ended = await first.start('{"kept":true}', "ended");
    await first.ended(ended);
    expect(first.usage(ended)).toEqual({ events: 6, largestPayloadBytes: 13, transitions: 2 });
    const running = await first.start("{}", "running");
    // what a killed process leaves behind is the record as it was written at the start
    const file = join(folder.path, "running.json");
    const record = await readFile(file, "utf8");
    expect(JSON.parse(record)).toMatchObject({ status: "RUNNING" });
    await first[Symbol.asyncDispose]();
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ status: "ABORTED" });
    // its number has gone to another process since
    const owner = { ...JSON.parse(record).owner, started: "before" };
    await writeFile(file, JSON.stringify({ ...JSON.parse(record), owner }));
    await using second = await toyStates(wait(1), folder.path);
    expect(await second.describe(ended)).toMatchObject({ status: "SUCCEEDED", output: '{"kept":true}' });
    const history = await second.client.send(new GetExecutionHistoryCommand({ executionArn: ended }));
    expect(history.events).toHaveLength(6);
    expect(await second.describe(running)).toMatchObject({
      status: "ABORTED",
      cause: expect.stringContaining("ended while this execution was running"),
    });
  });
});

describe("the state machine", () => {
  it("can be looked at", async () => {
    await using folder = await temporaryFolder();
    await using states = await toyStates(wait(1), folder.path);
    const { stateMachines } = await states.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines?.map(({ name }) => name)).toEqual(["federation"]);
    const found = await states.client.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn }));
    expect(JSON.parse(found.definition ?? "")).toEqual(wait(1));
    expect(found).toMatchObject({ ...described, type: "STANDARD", status: "ACTIVE" });
  });

  it("is refused before anything starts", async () => {
    await using folder = await temporaryFolder();
    const definition = { StartAt: "A", States: { A: { Type: "Pass", Result: 0, End: true } } };
    await expect(toyStates(definition, folder.path)).rejects.toMatchObject({ name: "DefinitionUnsupported" });
  });
});
