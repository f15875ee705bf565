import * as z from "zod";
import type { AccessRequest } from "../iam/access-control.ts";

const named = z.object({ executionArn: z.string().optional(), stateMachineArn: z.string().optional() });

/**
 * What an operation takes: the action of its own name, on the execution or the state machine that it is about
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html).
 */
export function permissionOf(operation: string, request: unknown): AccessRequest {
  const { executionArn, stateMachineArn } = named.safeParse(request).data ?? {};
  return { action: `states:${operation}`, resource: executionArn ?? stateMachineArn ?? "*" };
}
