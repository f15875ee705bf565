import { z } from "zod";
import { maxPayloadBytes } from "../../cloud/quotas.ts";
import { ApiError } from "../endpoint/api-error.ts";
import type { JsonOperation } from "../endpoint/json-api.ts";
import { accountOfArn } from "../iam/arn.ts";
import { StateFailure } from "./failures.ts";
import { bytesOf } from "./history.ts";
import type { Json } from "./library.ts";
import { invalidToken, type TaskTokens } from "./task-tokens.ts";

const withToken = z.object({ taskToken: z.string().min(1).max(2048) });
const success = withToken.extend({ output: z.string() });
const failure = withToken.extend({
  error: z.string().max(256).optional(),
  cause: z.string().max(32_768).optional(),
});

/** How those who were given a token hand it back. */
export function tokenOperations(
  tokens: TaskTokens,
  stateMachineArn: string,
): Readonly<Record<"SendTaskSuccess" | "SendTaskFailure" | "SendTaskHeartbeat", JsonOperation>> {
  /** AWS takes tokens back from within the account alone; by what name it refuses others is not confirmed. */
  const checkAccount = (account: string): void => {
    if (account !== accountOfArn(stateMachineArn)) throw invalidToken();
  };
  return {
    async SendTaskSuccess(request, account) {
      const { taskToken, output } = success.parse(request);
      const parsed = outputOf(output);
      checkAccount(account);
      tokens.succeed(taskToken, parsed);
      return {};
    },
    async SendTaskFailure(request, account) {
      // what a failure without a name is called on AWS is not confirmed
      const { taskToken, error = "States.TaskFailed", cause = "" } = failure.parse(request);
      checkAccount(account);
      tokens.fail(taskToken, new StateFailure(error, cause));
      return {};
    },
    async SendTaskHeartbeat(request, account) {
      const { taskToken } = withToken.parse(request);
      checkAccount(account);
      tokens.beat(taskToken);
      return {};
    },
  };
}

function outputOf(text: string): Json {
  if (bytesOf(text) > maxPayloadBytes) {
    throw new ApiError(
      "ValidationException",
      `1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less than or equal to ${maxPayloadBytes}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(
      "InvalidOutput",
      `Invalid Output: '${error instanceof Error ? error.message : error}'`,
    );
  }
}
