import * as z from "zod";
import { region } from "../assembly/names.ts";
import { runtimeFailure } from "./failures.ts";
import type { Json } from "./library.ts";
import type { Call, Scheduling } from "./service-call.ts";
import { taskEvents } from "./task-events.ts";

const parameters = z.object({
  Bucket: z.string(),
  Key: z.string(),
  Body: z.json(),
  ContentType: z.string().optional(),
  IfNoneMatch: z.string().optional(),
});

/** aws-sdk:s3:putObject. @param waits for its token */
export function putCall(input: Json, scheduling: Scheduling, waits: boolean): Call {
  const given = parameters.safeParse(input);
  if (!given.success) {
    throw runtimeFailure(`aws-sdk:s3:putObject cannot take its parameters: ${z.prettifyError(given.error)}`);
  }
  const kind = { resourceType: "aws-sdk:s3", resource: "putObject" };
  return {
    async perform({ put }, { signal, started }) {
      started();
      return put(given.data, signal);
    },
    ...taskEvents(kind, region, scheduling, waits),
  };
}
