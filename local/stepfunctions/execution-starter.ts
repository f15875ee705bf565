import * as z from "zod";
import { ApiError } from "../endpoint/api-error.ts";
import type { SignedClient } from "./signed-client.ts";

/** StartExecution, asked as its caller's role; throws the ApiError that it answers. */
export type Start = (request: {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
}) => Promise<unknown>;

const refusal = z.object({ __type: z.string(), message: z.string() });

export function executionStarter(client: SignedClient): Start {
  return async (request) => {
    const { status, body } = await client.send({
      service: "states",
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AWSStepFunctions.StartExecution",
      },
      body: JSON.stringify(request),
    });
    const answer: unknown = JSON.parse(body);
    if (status < 300) return answer;
    const { __type, message } = refusal.parse(answer);
    throw new ApiError(__type, message);
  };
}
