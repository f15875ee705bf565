import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { codeParameters, ownerOutputs, ownerParameters } from "../../cdk/outputs.ts";
import { project } from "../../cdk/project.ts";
import { shippedOwnerBundle } from "../../cdk/shipped-bundles.ts";
import { ownersContext, synthesisContext, synthesize } from "../../local/assembly/synthesis.ts";
import { shipOwnerStack } from "../../scripts/ship-owner-stack.ts";
import {
  deskFunctionOf,
  invokerRoleOf,
  machineRoleOf,
  trainingFunctionOf,
} from "../../shared/owners/stack-names.ts";
import { version } from "../../shared/version.ts";
import { sharedHome } from "../cli/terminal.ts";
import { hasMoto, type Moto, startMoto } from "./moto.ts";
import { anotherPlace, type Place, settingsOf, usualPlace } from "./place.ts";
import { policyOf, trustOf } from "./roles.ts";
import { type DeployedInMoto, deployAssembly, deployTemplate, makeBucket } from "./stack.ts";

const region = "eu-central-1";
const federation = "clinics";
/** The first deploys by the CDK, the second by CloudFormation alone, as the package has it. */
const owners = [
  { account: "111122223333", stack: "fedstep-owner" },
  { account: "444455556666", stack: "ward" },
] as const;

interface Deployed extends DeployedInMoto {
  readonly place: Place;
  readonly s3: S3Client;
}

const digestsSchema = z.record(z.string(), z.string());
const policySchema = z.object({ Statement: z.array(z.record(z.string(), z.unknown())) });

/**
 * The coordinator's stack and two owners', each in an account of moto's own. What moto made is read back from moto. Left out
 * of the coordinator's are alarms and dashboard, whose attributes moto does not know. moto takes no functions' processor from a
 * template, and evaluates no trust: what the policies allow, the proofs by evaluation show (test/cdk).
 */
describe.skipIf(!hasMoto())("an owner's stack beside the coordinator's on moto", () => {
  const home = join(sharedHome(), "moto-accounts");
  const shipped = join(home, "owner-stack");
  let moto: Moto;
  let coordinator: Deployed;
  let deployed: Deployed[];
  beforeAll(async () => {
    const ownerAccounts = owners.map(({ account, stack }) => `${federation}=${account}/${stack}`).join(",");
    const context = { ...synthesisContext(project, false, ownerAccounts), monitoring: false, door: false };
    await synthesize({ root: project, of: "coordinator", context }, join(home, "coordinator"));
    await synthesize({ root: project, of: "owner", context: ownersContext }, join(home, "owner"));
    shipOwnerStack(shippedOwnerBundle(join(home, "owner")), shipped);
    moto = await startMoto();
    const { url } = moto.endpoint;
    coordinator = await deployedAt(usualPlace(url, region), (place, s3) =>
      deployAssembly(place, s3, { directory: join(home, "coordinator"), stack: "fedstep" }),
    );
    deployed = [await byCdk(url), await byCloudFormation(url)];
    // two syntheses and three stacks
  }, 480_000);
  afterAll(async () => {
    for (const { s3 } of [coordinator, ...(deployed ?? [])]) s3?.destroy();
    await moto?.close();
  });

  const parametersOf = (OwnerName: string) => ({
    [ownerParameters.ownerName]: OwnerName,
    [ownerParameters.federation]: federation,
    [ownerParameters.coordinatorAccount]: coordinator.place.account,
    [ownerParameters.coordinatorBucket]: coordinator.outputs.get("BucketName") ?? "",
  });

  async function byCdk(url: string): Promise<Deployed> {
    const [{ account, stack }] = owners;
    return deployedAt(await anotherPlace(url, region, account), (place, s3) =>
      deployAssembly(place, s3, {
        directory: join(home, "owner"),
        stack,
        parameters: parametersOf("Hospital"),
      }),
    );
  }

  async function byCloudFormation(url: string): Promise<Deployed> {
    const [, { account, stack }] = owners;
    return deployedAt(await anotherPlace(url, region, account), async (place, s3) => {
      const Bucket = "bucket-of-the-ward";
      await makeBucket(place, s3, Bucket);
      for (const Key of ["template.json", "function.zip"]) {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: readFileSync(join(shipped, Key)) }));
      }
      const code = { [codeParameters.bucket]: Bucket, [codeParameters.key]: "function.zip" };
      const parameters = { ...parametersOf("Ward"), ...code };
      return deployTemplate(place, { stack, parameters, object: `${Bucket}/template.json` });
    });
  }

  test("all are deployed to the end, with the outputs that commands and people look for", () => {
    expect([coordinator, ...deployed].map(({ status }) => status)).toEqual(Array(3).fill("CREATE_COMPLETE"));
    for (const [i, { account, stack }] of owners.entries()) {
      const outputs = deployed[i]?.outputs ?? new Map();
      expect([...outputs.keys()].sort()).toEqual(Object.values(ownerOutputs).sort());
      expect(outputs.get(ownerOutputs.trainFunction)).toBe(trainingFunctionOf(stack));
      expect(outputs.get(ownerOutputs.deskFunction)).toBe(deskFunctionOf(stack));
      expect(outputs.get(ownerOutputs.version)).toBe(version);
      expect(outputs.get(ownerOutputs.invokerRole)).toBe(
        `arn:aws:iam::${account}:role/${invokerRoleOf(stack, region)}`,
      );
    }
  });

  test("what trains has the digest that the release names, and both functions are of one code", async () => {
    const digests = digestsSchema.parse(JSON.parse(readFileSync(join(shipped, "digests.json"), "utf8")));
    for (const [i, { stack }] of owners.entries()) {
      expect(deployed[i]?.outputs.get(ownerOutputs.trainingBundle)).toBe(digests.TrainClient);
      const [train, desk] = await functionsOf(deployed[i], stack);
      expect(train.CodeSha256).toBe(desk.CodeSha256);
      if (stack !== "ward") continue;
      expect(Buffer.from(train.CodeSha256 ?? "", "base64").toString("hex")).toBe(digests["function.zip"]);
    }
  });

  test("each function has the name, handler, time and variables that its parameters make", async () => {
    for (const [i, { account, stack }] of owners.entries()) {
      const [train, desk] = await functionsOf(deployed[i], stack);
      expect([train.Handler, desk.Handler]).toEqual(["index.handler", "index.desk"]);
      for (const { Timeout, MemorySize, Role, Environment } of [train, desk]) {
        expect({ Timeout, MemorySize }).toEqual({ Timeout: 900, MemorySize: 1769 });
        expect(Role).toContain(`arn:aws:iam::${account}:role/`);
        expect(Environment?.Variables).toEqual({
          FEDSTEP_BUCKET: deployed[i]?.outputs.get(ownerOutputs.bucket),
          FEDSTEP_COORDINATOR_BUCKET: coordinator.outputs.get("BucketName"),
          FEDSTEP_FEDERATION: federation,
          FEDSTEP_OWNER_NAME: ["Hospital", "Ward"][i],
          FEDSTEP_STACK: stack,
          FEDSTEP_DATA: "data/table.csv",
        });
      }
      expect(train.Role).not.toBe(desk.Role);
    }
  });

  test("the one role for the coordinator is for the state machine that moto made, and invokes what trains", async () => {
    const machine = machineRoleOf("fedstep", region);
    const { account } = coordinator.place;
    for (const [i, owner] of owners.entries()) {
      const { place } = deployed[i] ?? coordinator;
      const invoker = invokerRoleOf(owner.stack, region);
      expect(await trustOf(place, invoker)).toMatchObject({
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Condition: {
              ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/${machine}` },
              StringEquals: { "sts:ExternalId": coordinator.outputs.get("StateMachineArn") },
            },
          },
        ],
      });
      const Resource = `arn:aws:lambda:${region}:${owner.account}:function:${trainingFunctionOf(owner.stack)}`;
      expect(await policyOf(place, invoker)).toEqual([
        { Effect: "Allow", Action: "lambda:InvokeFunction", Resource },
      ]);
    }
    const assumed = (await policyOf(coordinator.place, machine)).filter(
      ({ Action }) => Action === "sts:AssumeRole",
    );
    const Resource = deployed.map(({ outputs }) => outputs.get(ownerOutputs.invokerRole));
    expect(assumed).toEqual([{ Effect: "Allow", Action: "sts:AssumeRole", Resource }]);
  });

  test("each owner has the bucket, encrypted by S3, in its own account", async () => {
    for (const { outputs, s3 } of deployed) {
      const Bucket = outputs.get(ownerOutputs.bucket) ?? "";
      const { ServerSideEncryptionConfiguration: encryption } = await s3.send(
        new GetBucketEncryptionCommand({ Bucket }),
      );
      expect(encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
      expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    }
  });

  test.fails("an owner's bucket keeps versions: moto makes none that does by a template", async () => {
    for (const { outputs, s3 } of deployed) {
      const Bucket = outputs.get(ownerOutputs.bucket) ?? "";
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    }
  });

  test.fails("an owner's bucket lets nobody in: moto's CloudFormation makes no policy of a bucket", async () => {
    for (const { outputs, s3 } of deployed) {
      const Bucket = outputs.get(ownerOutputs.bucket) ?? "";
      const statements = await bucketPolicy({ s3, Bucket });
      expect(statements.map(({ Effect }) => Effect)).toEqual(["Deny", "Deny"]);
      expect(statements.map(({ Condition }) => Condition)).toEqual([
        { Bool: { "aws:SecureTransport": "false" } },
        {
          Null: { "s3:if-match": "true", "s3:if-none-match": "true" },
          Bool: { "s3:ObjectCreationOperation": "true" },
        },
      ]);
      expect(statements[1]?.Resource).toBe(`arn:aws:s3:::${Bucket}/home/log.jsonl`);
    }
  });

  test.fails("the coordinator's bucket lets each account write below its number: moto makes no such policy", async () => {
    const Bucket = coordinator.outputs.get("BucketName") ?? "";
    const statements = await bucketPolicy({ s3: coordinator.s3, Bucket });
    const AWS = owners.map(({ account }) => `arn:aws:iam::${account}:root`);
    expect(
      statements.filter(({ Effect, Action }) => Effect === "Allow" && Action === "s3:PutObject"),
    ).toEqual([
      {
        Effect: "Allow",
        Action: "s3:PutObject",
        Principal: { AWS },
        Resource: `arn:aws:s3:::${Bucket}/updates/${federation}.*/\${aws:PrincipalAccount}/*`,
        Condition: { Null: { "s3:if-none-match": "false" } },
      },
    ]);
  });
});

async function deployedAt(
  place: Place,
  deploy: (place: Place, s3: S3Client) => Promise<DeployedInMoto>,
): Promise<Deployed> {
  const s3 = new S3Client(settingsOf(place));
  return { place, s3, ...(await deploy(place, s3)) };
}

/** What Lambda has of the functions that train and that ask, in this order. */
async function functionsOf(deployed: Deployed | undefined, stack: string) {
  if (!deployed) throw new Error(`${stack} was not deployed`);
  const lambda = new LambdaClient(settingsOf(deployed.place));
  try {
    const read = async (FunctionName: string) =>
      (await lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration ?? {};
    return [await read(trainingFunctionOf(stack)), await read(deskFunctionOf(stack))] as const;
  } finally {
    lambda.destroy();
  }
}

async function bucketPolicy({ s3, Bucket }: { s3: S3Client; Bucket: string }) {
  const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  return policySchema.parse(JSON.parse(Policy)).Statement;
}
