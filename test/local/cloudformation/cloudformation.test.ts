import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type LocalCloudFormation,
  openCloudFormation,
} from "../../../local/cloudformation/cloudformation.ts";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { settingsFor, verifier } from "../signing.ts";

const stack = {
  account: "000000000000",
  name: "fedstep",
  outputs: [
    { name: "BucketName", value: "a-bucket", description: "Holds <everything> & more" },
    { name: "StateMachineArn", value: "arn:aws:states:us-east-1:000000000000:stateMachine:fedstep" },
  ],
};

let cloudFormation: LocalCloudFormation;
let endpoint: LocalEndpoint;
let client: CloudFormationClient;
beforeAll(async () => {
  cloudFormation = await openCloudFormation([stack], { authenticator: verifier() });
  endpoint = await startEndpoint(0);
  endpoint.serve("cloudformation", cloudFormation.handle);
  client = new CloudFormationClient(settingsFor(endpoint.url));
});
afterAll(async () => {
  client.destroy();
  await cloudFormation.close();
  await endpoint.close();
});

test("a stack is described by its outputs, as the SDK reads them", async () => {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "fedstep" }));
  expect(Stacks).toMatchObject([
    {
      StackName: "fedstep",
      StackStatus: "CREATE_COMPLETE",
      CreationTime: expect.any(Date),
      Outputs: [
        {
          OutputKey: "BucketName",
          OutputValue: "a-bucket",
          Description: "Holds <everything> & more",
        },
        { OutputKey: "StateMachineArn", OutputValue: stack.outputs[1]?.value },
      ],
    },
  ]);
});

test("it is found by its id as well, and listed where none is named", async () => {
  const { Stacks: listed } = await client.send(new DescribeStacksCommand({}));
  const id = listed?.[0]?.StackId;
  expect(id).toMatch(/^arn:aws:cloudformation:/);
  const { Stacks: found } = await client.send(new DescribeStacksCommand({ StackName: id }));
  expect(found).toEqual(listed);
});

test("another stack does not exist, in CloudFormation's own words", async () => {
  await expect(client.send(new DescribeStacksCommand({ StackName: "mine" }))).rejects.toMatchObject({
    name: "ValidationError",
    message: "Stack with id mine does not exist",
    $metadata: { httpStatusCode: 400 },
  });
});

test("what it does not do is refused by its name", async () => {
  await expect(client.send(new ListStacksCommand({}))).rejects.toMatchObject({
    name: "InvalidAction",
    message: expect.stringContaining("ListStacks"),
  });
});
