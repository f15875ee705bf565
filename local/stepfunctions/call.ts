import { directCall, invokeCall } from "./lambda-call.ts";
import type { Json } from "./library.ts";
import type { Call } from "./service-call.ts";
import { startCall } from "./start-call.ts";
import { isOptimizedInvoke, isStartExecution } from "./unsupported.ts";

export function callOf(resource: string, input: Json, timeout: object): Call {
  if (isStartExecution(resource)) return startCall(input, timeout);
  return isOptimizedInvoke(resource) ? invokeCall(input, timeout) : directCall(resource, input, timeout);
}
