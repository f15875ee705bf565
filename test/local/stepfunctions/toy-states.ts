import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { openStepFunctions } from "../../../local/stepfunctions/stepfunctions.ts";
import { eventually } from "../lambda/toy-functions.ts";
import { machineArn } from "./toy-machine.ts";

export const wait = (seconds: number) => ({
  StartAt: "Pause",
  States: { Pause: { Type: "Wait", Seconds: seconds, Next: "Done" }, Done: { Type: "Succeed" } },
});

/** What only whoever looks at the machine is told. */
export const described = {
  roleArn: "arn:aws:iam::000000000000:role/machine",
  loggingConfiguration: {
    level: "ERROR",
    includeExecutionData: false,
    destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:eu-central-1:0:log-group:g:*" } }],
  },
  tracingConfiguration: { enabled: true },
};

/** An endpoint and a client of it; without functions behind it unless a URL is given. */
export async function toyStates(
  definition: object,
  directory: string,
  lambdaUrl = "http://127.0.0.1:1",
  unkept?: (error: unknown) => void,
) {
  const states = await openStepFunctions({
    stateMachine: { name: "federation", arn: machineArn, definition, described },
    lambdaUrl,
    directory,
    ...(unkept && { unkept }),
  });
  const endpoint = await startEndpoint(0);
  endpoint.serve("states", states.handle);
  const client = new SFNClient({
    endpoint: endpoint.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const start = async (input?: string, name?: string): Promise<string> => {
    const command = new StartExecutionCommand({ stateMachineArn: machineArn, input, name });
    return (await client.send(command)).executionArn ?? "";
  };
  const describeIt = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));
  return {
    usage: states.usage,
    client,
    start,
    describe: describeIt,
    async ended(executionArn: string) {
      await eventually(
        "the execution has ended",
        async () => (await describeIt(executionArn)).status !== "RUNNING",
        30_000,
      );
      return describeIt(executionArn);
    },
    async [Symbol.asyncDispose]() {
      await states.close();
      await endpoint.close();
      client.destroy();
    },
  };
}
