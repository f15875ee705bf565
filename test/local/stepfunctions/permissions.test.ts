import { expect, test } from "vitest";
import { permissionOf } from "../../../local/stepfunctions/permissions.ts";

const both = { executionArn: "an execution", stateMachineArn: "a state machine" };

test.each([
  ["StartExecution", "a state machine"],
  ["ListExecutions", "a state machine"],
  ["DescribeStateMachine", "a state machine"],
  ["DescribeExecution", "an execution"],
  ["GetExecutionHistory", "an execution"],
  ["StopExecution", "an execution"],
  ["ListStateMachines", "*"],
])("%s is about %s, whatever else its request names", (operation, resource) => {
  expect(permissionOf(operation, both)).toEqual({ action: `states:${operation}`, resource });
});

test("what names nothing is about all", () => {
  expect(permissionOf("StartExecution", { stateMachineArn: 1 }).resource).toBe("*");
  expect(permissionOf("StartExecution", null).resource).toBe("*");
});
