import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { type Service, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { localCredentials } from "../../../local/iam/credential-store.ts";
import { openStepFunctions } from "../../../local/stepfunctions/stepfunctions.ts";
import { eventually } from "../lambda/toy-functions.ts";
import { settingsFor, verifier } from "../signing.ts";
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

/** Lambda that is gone. */
const noLambda: Service = (_request, response) => void response.destroy();

/** An endpoint and a client of it; without functions behind it unless Lambda is given. */
export async function toyStates(
  definition: object,
  directory: string,
  lambda = noLambda,
  unkept?: (error: unknown) => void,
) {
  const endpoint = await startEndpoint(0);
  const states = await openStepFunctions({
    stateMachine: { name: "federation", arn: machineArn, definition, described },
    authenticator: verifier(),
    endpointUrl: endpoint.url,
    credentials: () => localCredentials,
    directory,
    ...(unkept && { unkept }),
  }).catch(async (error) => {
    await endpoint.close();
    throw error;
  });
  endpoint.serve("states", states.handle);
  endpoint.serve("lambda", lambda);
  const client = new SFNClient({ ...settingsFor(endpoint.url), maxAttempts: 1 });
  const start = async (input?: string, name?: string): Promise<string> => {
    const command = new StartExecutionCommand({ stateMachineArn: machineArn, input, name });
    return (await client.send(command)).executionArn ?? "";
  };
  const describeIt = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));
  return {
    url: endpoint.url,
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
