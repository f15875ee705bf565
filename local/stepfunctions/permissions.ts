import * as z from "zod";
import type { AccessRequest } from "../iam/access-control.ts";

/** The field of a request that names what its operation is about; what else it names counts for nothing. */
const subjects: ReadonlyMap<string, "executionArn" | "stateMachineArn"> = new Map([
  ["StartExecution", "stateMachineArn"],
  ["ListExecutions", "stateMachineArn"],
  ["DescribeStateMachine", "stateMachineArn"],
  ["DescribeExecution", "executionArn"],
  ["GetExecutionHistory", "executionArn"],
  ["StopExecution", "executionArn"],
]);
const fields = z.record(z.string(), z.unknown());

/**
 * What an operation takes: the action of its own name, on the execution or the state machine that it is about
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html).
 */
export function permissionOf(operation: string, request: unknown): AccessRequest {
  const named = fields.safeParse(request).data?.[subjects.get(operation) ?? ""];
  return { action: `states:${operation}`, resource: typeof named === "string" ? named : "*" };
}
