import { TaskTokens } from "../../../local/stepfunctions/task-tokens.ts";
import { arnOf } from "../lambda/toy-functions.ts";
import { execute, single } from "./toy-machine.ts";

export const waitsForLambda = "arn:aws:states:::lambda:invoke.waitForTaskToken";

/** A machine whose one state hands its token to the function "door", and waits for it. */
export const waiting = (fields: object = {}) =>
  single({
    Resource: waitsForLambda,
    Parameters: {
      FunctionName: arnOf("door"),
      Payload: { "token.$": "$$.Task.Token", "owner.$": "$.owner" },
    },
    ...fields,
  });

export const owner = { owner: "hospital" };

/** Runs a machine whose function "door" hands each token to the test. */
export function runWaiting(
  definition: object,
  given: (token: string, tokens: TaskTokens, attempt: number) => unknown,
  input: unknown = owner,
) {
  const tokens = new TaskTokens();
  const door = ({ token }: { token: string }, attempt: number) => given(token, tokens, attempt);
  return execute(definition, { door }, input, undefined, { tokens });
}

/** By when the state has the answer to its call, and waits. */
export const soon = (act: () => void) => void setTimeout(act, 20);
