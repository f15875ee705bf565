import {
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { machineArn } from "./toy-machine.ts";
import { toyStates, wait } from "./toy-states.ts";

describe("executions", () => {
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
});
