import * as z from "zod";
import { ApiError } from "../endpoint/api-error.ts";
import { runtimeFailure, StateFailure } from "./failures.ts";
import type { Json } from "./library.ts";
import type { Call, Scheduling } from "./service-call.ts";
import { taskEvents } from "./task-events.ts";

const parameters = z.object({ StateMachineArn: z.string(), Name: z.string(), Input: z.unknown() });
const answer = z.object({ executionArn: z.string(), startDate: z.number() });

/** states:startExecution, which starts another execution and does not wait for its end. */
export function startCall(input: Json, scheduling: Scheduling): Call {
  const given = parameters.safeParse(input);
  if (!given.success) throw runtimeFailure("states:startExecution needs StateMachineArn, Name and Input");
  const { StateMachineArn: stateMachineArn, Name: name, Input: content } = given.data;
  const kind = { resourceType: "states", resource: "startExecution" };
  return {
    async perform({ start }, { started }) {
      started();
      try {
        const { executionArn, startDate } = answer.parse(
          await start({ stateMachineArn, name, input: JSON.stringify(content) }),
        );
        return { ExecutionArn: executionArn, StartDate: startDate };
      } catch (error) {
        const { name: code, message } = ApiError.of(error);
        throw new StateFailure(`StepFunctions.${code.replace(/Exception$/, "")}Exception`, message);
      }
    },
    ...taskEvents(kind, stateMachineArn.split(":")[3] ?? "", scheduling),
  };
}
