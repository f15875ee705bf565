import {
  GetExecutionHistoryCommand,
  ListActivitiesCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { executionArn } from "../../../local/stepfunctions/execution-name.ts";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { machineArn } from "./toy-machine.ts";
import { toyStates, wait } from "./toy-states.ts";

describe("executions", () => {
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
});
