import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { toyStates } from "./toy-states.ts";

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
