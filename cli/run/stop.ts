import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import type { Target } from "../target/target.ts";

export async function stopRun(target: Target, executionArn: string): Promise<void> {
  await target.states.send(
    new StopExecutionCommand({
      executionArn,
      error: "Interrupted",
      cause: "the person at the terminal stopped it",
    }),
  );
}
