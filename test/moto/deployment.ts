import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { CreateStateMachineCommand, DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { LocalFunction } from "../../local/assembly/assembly.ts";
import { readAssembly } from "../../local/assembly/read-assembly.ts";
import { CredentialStore, sessionSeconds } from "../../local/iam/credential-store.ts";
import { administrator } from "../../local/iam/identity.ts";
import { enter } from "../../local/iam/requester.ts";
import { openLambda } from "../../local/lambda/lambda.ts";
import type { Moto } from "./moto.ts";
import { settingsOf, usualPlace } from "./place.ts";
import { deployAssembly } from "./stack.ts";

/**
 * Deploys the coordinator's cloud assembly into moto's account. moto runs no function of Node, so that its state machines' invocations are answered by our
 * Lambda endpoint, with the name, handler, memory, time and variables that moto was given by the template.
 */
export async function deploy(
  moto: Moto,
  { directory, stack, region, logs }: { directory: string; stack: string; region: string; logs: string },
) {
  const { endpoint, forward } = moto;
  const place = usualPlace(endpoint.url, region);
  const s3 = new S3Client(settingsOf(place));
  const lambda = new LambdaClient(settingsOf(place));
  const states = new SFNClient(settingsOf(place));
  const { status, outputs } = await deployAssembly(place, s3, { directory, stack });
  const assembly = readAssembly(directory, "deployed");
  const functions: LocalFunction[] = [];
  for (const fn of assembly.functions) {
    const deployed = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: fn.name }));
    functions.push({
      ...fn,
      arn: deployed.FunctionArn ?? "",
      handler: deployed.Handler ?? "",
      memoryMb: deployed.MemorySize ?? 0,
      timeoutSeconds: deployed.Timeout ?? 0,
      environment: deployed.Environment?.Variables ?? {},
    });
  }
  const machine = outputs.get("StateMachineArn") ?? "";
  const { name, definition, roleArn } = await states.send(
    new DescribeStateMachineCommand({ stateMachineArn: machine }),
  );
  await moto.interpret();
  // moto's CloudFormation makes machines where they are only noted: the interpreter is told what it made
  await states.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  const runtime = await openLambda({
    functions,
    // whoever moto took for somebody may invoke them; its keys are its own
    authenticator: {
      authenticate: (message) =>
        enter(message, { identity: administrator(place.account), payloadHash: "", chunks: undefined }),
    },
    credentialsOf: () => new CredentialStore().issue(administrator(place.account), sessionSeconds),
    environment: { AWS_ENDPOINT_URL: endpoint.url },
    logsOf: () => logs,
  });
  endpoint.serve("lambda", (request, response) =>
    (request.url?.endsWith("/invocations") ? runtime.handle : forward)(request, response),
  );
  return {
    status,
    outputs,
    functions,
    /** Of every invocation that has ended. */
    reports: runtime.reports,
    s3,
    async close() {
      for (const client of [s3, lambda, states]) client.destroy();
      await runtime.close();
    },
  };
}
