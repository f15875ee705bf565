import { directCall, invokeCall } from "./lambda-call.ts";
import type { Json } from "./library.ts";
import type { Call, Scheduling } from "./service-call.ts";
import { startCall } from "./start-call.ts";
import { isOptimizedInvoke, isStartExecution } from "./unsupported.ts";

export function callOf(resource: string, input: Json, scheduling: Scheduling): Call {
  if (isStartExecution(resource)) return startCall(input, scheduling);
  return isOptimizedInvoke(resource)
    ? invokeCall(input, scheduling)
    : directCall(resource, input, scheduling);
}
