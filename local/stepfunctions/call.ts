import { runtimeFailure } from "./failures.ts";
import { integrationOf } from "./integrations.ts";
import { directCall, invokeCall } from "./lambda-call.ts";
import type { Json } from "./library.ts";
import { putCall } from "./put-call.ts";
import type { Call, Scheduling } from "./service-call.ts";
import { startCall } from "./start-call.ts";

export function callOf(resource: string, input: Json, scheduling: Scheduling): Call {
  const integration = integrationOf(resource);
  switch (integration?.call) {
    case "function":
      return directCall(resource, input, scheduling);
    case "lambda:invoke":
      return invokeCall(input, scheduling, integration.waits);
    case "states:startExecution":
      return startCall(input, scheduling);
    case "aws-sdk:s3:putObject":
      return putCall(input, scheduling, integration.waits);
    case undefined:
      throw runtimeFailure(`${resource} cannot be called here`);
  }
}
