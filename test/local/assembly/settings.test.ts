import { App } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { outputNames } from "../../../cdk/outputs.ts";
import { deploymentVariable, parseDeployment } from "../../../cloud/deployment.ts";
import { functionNames } from "../../../functions/footprints.ts";
import { readAssembly } from "../../../local/assembly/read-assembly.ts";
import { withStacks } from "../../cdk/synthesized.ts";

const read = (context: Record<string, unknown>) =>
  withStacks([context], ([stack]) => {
    const app = stack.node.root;
    if (!App.isApp(app)) throw new Error("a stack's root is its app");
    return readAssembly(app.synth().directory, "digest");
  });

test("whatever context asks of the stack, the local endpoints can stand in for it", async () => {
  const { functions, stack } = await read({
    encryptionKey: true,
    versioned: true,
    alarmEmail: "a@b.org",
    architecture: "x86_64",
    "memoryMb.TrainClient": 1769,
    "timeoutMinutes.TrainClient": 3,
    "concurrency.TrainClient": 5,
  });
  const trainClient = functions.find(({ name }) => name === "fedstep-TrainClient");
  expect(trainClient).toMatchObject({ memoryMb: 1769, timeoutSeconds: 180 });
  // what the stack says of itself, and what its functions are told
  const said = stack.outputs.find(({ name }) => name === outputNames.deployment)?.value;
  expect(said).toBe(trainClient?.environment[deploymentVariable]);
  expect(parseDeployment(said, "the output", functionNames)).toMatchObject({
    architecture: "x86_64",
    functions: { TrainClient: { memoryMb: 1769, timeoutMinutes: 3 } },
  });
});

test("without a baseline, without monitoring, under another name", async () => {
  const { functions, stateMachine, stack } = await read({
    stackName: "mine",
    baseline: false,
    monitoring: false,
    tracing: false,
  });
  expect(functions.map(({ name }) => name)).toEqual([
    "mine-PrepareRun",
    "mine-TrainClient",
    "mine-OpenSums",
    "mine-AggregateRound",
    "mine-FinishRun",
  ]);
  expect(stateMachine.name).toBe("mine");
  const policy = stack.outputs.find(({ name }) => name === "ReaderPolicyArn");
  expect(policy?.value).toBe("arn:aws:iam::000000000000:policy/mine-us-east-1-Reader");
});
