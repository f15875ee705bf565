import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateStateMachineCommand, DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import * as z from "zod";
import type { LocalFunction } from "../../local/assembly/assembly.ts";
import { readAssembly } from "../../local/assembly/read-assembly.ts";
import { CredentialStore, sessionSeconds } from "../../local/iam/credential-store.ts";
import { administrator } from "../../local/iam/identity.ts";
import { enter } from "../../local/iam/requester.ts";
import { openLambda } from "../../local/lambda/lambda.ts";
import type { Moto } from "./moto.ts";

/** moto's account. */
const account = "123456789012";

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/**
 * Deploys a cloud assembly into moto as the CDK's command line does: assets into their bucket, then the template by the
 * address of its object. moto runs no function of Node, so that its state machines' invocations are answered by our
 * Lambda endpoint, with the name, handler, memory, time and variables that moto was given by the template.
 */
export async function deploy(
  moto: Moto,
  { directory, stack, region, logs }: { directory: string; stack: string; region: string; logs: string },
) {
  const { endpoint, forward } = moto;
  const settings = {
    region,
    endpoint: endpoint.url,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  };
  const s3 = new S3Client(settings);
  const cloudFormation = new CloudFormationClient(settings);
  const lambda = new LambdaClient(settings);
  const states = new SFNClient(settings);
  const Bucket = `cdk-hnb659fds-assets-${account}-${region}`;
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" },
    }),
  );
  let templateKey = "";
  const { files } = assetsSchema.parse(
    JSON.parse(readFileSync(join(directory, `${stack}.assets.json`), "utf8")),
  );
  for (const { source, destinations } of Object.values(files)) {
    const path = join(directory, source.path);
    const [{ objectKey: Key } = { objectKey: "" }] = Object.values(destinations);
    if (source.packaging !== "zip") templateKey = Key;
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: source.packaging === "zip" ? zipped(path) : readFileSync(path),
      }),
    );
  }
  await bootstrap(endpoint.url, region);
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: stack,
      // moto looks for the object behind it and asks nobody
      TemplateURL: `https://s3.${region}.amazonaws.com/${Bucket}/${templateKey}`,
      Capabilities: ["CAPABILITY_NAMED_IAM"],
    }),
  );
  const { Stacks: [described] = [] } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: stack }),
  );
  const outputs = new Map(
    described?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue ?? ""]),
  );
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
        enter(message, { identity: administrator(account), payloadHash: "", chunks: undefined }),
    },
    credentialsOf: () => new CredentialStore().issue(administrator(account), sessionSeconds),
    environment: { AWS_ENDPOINT_URL: endpoint.url },
    logsOf: () => logs,
  });
  endpoint.serve("lambda", (request, response) =>
    (request.url?.endsWith("/invocations") ? runtime.handle : forward)(request, response),
  );
  return {
    status: described?.StackStatus,
    outputs,
    functions,
    /** Of every invocation that has ended. */
    reports: runtime.reports,
    s3,
    async close() {
      for (const client of [s3, cloudFormation, lambda, states]) client.destroy();
      await runtime.close();
    },
  };
}

/** What `cdk bootstrap` leaves, by which a template checks that it was done; the SDK's client is no dependency here. */
async function bootstrap(url: string, region: string): Promise<void> {
  const parameter = { Name: "/cdk-bootstrap/hnb659fds/version", Value: "30", Type: "String" };
  const { ok, status } = await fetch(url, {
    method: "POST",
    headers: {
      "x-amz-target": "AmazonSSM.PutParameter",
      "content-type": "application/x-amz-json-1.1",
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/19700101/${region}/ssm/aws4_request`,
    },
    body: JSON.stringify(parameter),
  });
  if (!ok) throw new Error(`moto answers ${status} to the version of the bootstrap stack`);
}

const zipScript = `
import io, os, sys, zipfile
held = io.BytesIO()
with zipfile.ZipFile(held, "w") as archive:
    for folder, _, names in os.walk(sys.argv[1]):
        for name in names:
            path = os.path.join(folder, name)
            archive.write(path, os.path.relpath(path, sys.argv[1]))
sys.stdout.buffer.write(held.getvalue())
`;

function zipped(directory: string): Buffer {
  return execFileSync("python3", ["-c", zipScript, directory], { maxBuffer: 512 * 1024 * 1024 });
}
