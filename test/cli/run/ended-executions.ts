import { DescribeExecutionCommand, ExecutionDoesNotExist, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { playRun } from "../../functions/played-run.ts";
import { mockedTarget } from "./watched-run.ts";

export const arn = "arn:aws:states:us-east-1:123456789012:execution:fedstep:r";
const none = () => new ExecutionDoesNotExist({ message: "none", $metadata: {} });

/** A target whose executions so far have ended as given, and what the next one is started with. */
export function ended(...statuses: ("ABORTED" | "FAILED" | "RUNNING")[]) {
  const mocked = mockedTarget();
  const { states } = mocked;
  states.on(DescribeExecutionCommand).rejects(none());
  for (const [i, status] of statuses.entries()) {
    const executionArn = i === 0 ? arn : `${arn}@${i + 1}`;
    states.on(DescribeExecutionCommand, { executionArn }).resolves({ status });
  }
  states.on(StartExecutionCommand).resolves({ executionArn: `${arn}@next` });
  const started = () => {
    const [call] = states.commandCalls(StartExecutionCommand);
    return { name: call?.args[0].input.name, input: JSON.parse(call?.args[0].input.input ?? "null") };
  };
  return { ...mocked, started };
}

/** What ends a run in the middle. */
export class Killed extends Error {}

/** What a run that was resumed must share with one that was not. */
export const bits = ({ result }: Pick<Awaited<ReturnType<typeof playRun>>, "result">) => [
  result.federated.weightsSha256,
  result.federated.rounds.map(({ accuracy }) => accuracy),
  result.baseline?.weightsSha256,
];
