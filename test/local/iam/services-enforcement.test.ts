import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCloudFormation } from "../../../local/cloudformation/cloudformation.ts";
import { startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { openStepFunctions } from "../../../local/stepfunctions/stepfunctions.ts";
import { arnOf, toyFunction, toyLambda } from "../lambda/toy-functions.ts";
import { refusal, temporaryDirectory } from "../s3/endpoint.ts";
import { someCredentials } from "../signing.ts";
import { enforced, own } from "./enforced.ts";
import { elsewhere, type GivenStatement, policy } from "./policies.ts";

const machine = `arn:aws:states:us-east-1:${own}:stateMachine:toy`;
const executions = `arn:aws:states:us-east-1:${own}:execution:toy`;
const denies = (
  action: string,
  resource: string,
  why = `because no identity-based policy allows the ${action} action`,
) => ({
  message: `User: arn:aws:sts::${own}:assumed-role/Train/run is not authorized to perform: ${action} on resource: ${resource} ${why}`,
});

const granting = policy("resource", {
  Principal: { AWS: elsewhere },
  Action: "lambda:InvokeFunction",
  Resource: arnOf("toy"),
});
const { access, authenticator, settingsOf } = enforced({
  resourcePolicies: new Map([[arnOf("toy"), granting]]),
});

let url: string;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const endpoint = await startEndpoint(0);
  url = endpoint.url;
  const states = await openStepFunctions({
    stateMachine: {
      name: "toy",
      arn: machine,
      definition: { StartAt: "End", States: { End: { Type: "Succeed" } } },
      described: {
        roleArn: `arn:aws:iam::${own}:role/toy`,
        loggingConfiguration: { level: "OFF", includeExecutionData: false },
        tracingConfiguration: { enabled: false },
      },
    },
    access,
    authenticator,
    endpointUrl: url,
    credentials: someCredentials,
    directory: temporaryDirectory(),
  });
  const stack = { account: own, name: "toy", outputs: [] };
  const cloudFormation = await openCloudFormation([stack], { access, authenticator });
  endpoint.serve("states", states.handle);
  endpoint.serve("cloudformation", cloudFormation.handle);
  closers.push(
    () => states.close(),
    () => cloudFormation.close(),
    () => endpoint.close(),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
});

const statesOf = (...statements: GivenStatement[]) => new SFNClient(settingsOf(url, own, ...statements));

test("Lambda invokes for whom a policy lets, by the function's ARN without versions", async () => {
  await using lambda = await toyLambda(async (folder) => [await toyFunction(folder)], {
    access,
    authenticator,
  });
  const as = (account: string, ...statements: GivenStatement[]) =>
    new LambdaClient(settingsOf(lambda.url, account, ...statements));
  const invoke = (client: LambdaClient, FunctionName = arnOf("toy")) =>
    client.send(new InvokeCommand({ FunctionName, InvocationType: "DryRun" }));
  const Action = "lambda:InvokeFunction";
  const invoker = as(own, { Action, Resource: arnOf("toy") });
  expect((await invoke(invoker)).StatusCode).toBe(204);
  const qualified = `${arnOf("toy")}:$LATEST`;
  expect(await refusal(invoke(invoker, qualified))).toMatchObject({
    name: "AccessDeniedException",
    status: 403,
    ...denies(Action, qualified),
  });
  // whether it is there or not
  expect(await refusal(invoke(invoker, arnOf("other")))).toMatchObject(denies(Action, arnOf("other")));
  expect(await refusal(invoker.send(new ListFunctionsCommand({})))).toMatchObject(
    denies("lambda:ListFunctions", "*"),
  );
  const described = invoker.send(new GetFunctionCommand({ FunctionName: arnOf("toy") }));
  expect(await refusal(described)).toMatchObject(denies("lambda:GetFunction", arnOf("toy")));
  // of another account both sides have to
  expect((await invoke(as(elsewhere, { Action, Resource: "*" }))).StatusCode).toBe(204);
  expect(await refusal(invoke(as(elsewhere)))).toMatchObject({ name: "AccessDeniedException", status: 403 });
});

test("Step Functions answers by execution and by state machine", async () => {
  const starter = statesOf({ Action: "states:StartExecution", Resource: machine });
  const start = (client: SFNClient, name: string) =>
    client.send(new StartExecutionCommand({ stateMachineArn: machine, name, input: "{}" }));
  const { executionArn } = await start(starter, "one");
  const describe = (client: SFNClient) => client.send(new DescribeExecutionCommand({ executionArn }));
  expect(await refusal(describe(starter))).toMatchObject({
    name: "AccessDeniedException",
    status: 400,
    ...denies("states:DescribeExecution", `${executions}:one`),
  });
  const watcher = statesOf({ Action: "states:DescribeExecution", Resource: `${executions}:*` });
  expect((await describe(watcher)).name).toBe("one");
  expect(await refusal(start(watcher, "two"))).toMatchObject(denies("states:StartExecution", machine));
  const list = new ListExecutionsCommand({ stateMachineArn: machine });
  expect(await refusal(watcher.send(list))).toMatchObject(denies("states:ListExecutions", machine));
  const machines = new ListStateMachinesCommand({});
  expect(await refusal(watcher.send(machines))).toMatchObject(denies("states:ListStateMachines", "*"));
});

test("CloudFormation describes the stack that a policy names", async () => {
  const Resource = `arn:aws:cloudformation:us-east-1:${own}:stack/toy/*`;
  const as = (...statements: GivenStatement[]) =>
    new CloudFormationClient(settingsOf(url, own, ...statements));
  const reader = as({ Action: "cloudformation:DescribeStacks", Resource });
  const describe = (client: CloudFormationClient, StackName?: string) =>
    client.send(new DescribeStacksCommand({ StackName }));
  expect((await describe(reader, "toy")).Stacks).toHaveLength(1);
  expect(await refusal(describe(reader))).toMatchObject({
    name: "AccessDenied",
    status: 403,
    ...denies("cloudformation:DescribeStacks", "*"),
  });
  expect(await refusal(describe(as(), "toy"))).toMatchObject({ name: "AccessDenied", status: 403 });
});
