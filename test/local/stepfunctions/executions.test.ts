import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListStateMachinesCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { machineArn } from "./toy-machine.ts";
import { described, toyStates, wait } from "./toy-states.ts";

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
