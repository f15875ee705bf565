import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CreateBucketCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { askMoto, type Place, settingsOf } from "./place.ts";

/** What CloudFormation says of a stack that was deployed. */
export interface DeployedInMoto {
  readonly status: string | undefined;
  readonly outputs: ReadonlyMap<string | undefined, string>;
}

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
 * Deploys a cloud assembly as the CDK's command line does: assets into their bucket, then the template by the address of its
 * object.
 * @param parameters values by name
 */
export async function deployAssembly(
  place: Place,
  s3: S3Client,
  { directory, stack, parameters = {} }: { directory: string; stack: string; parameters?: Parameters },
): Promise<DeployedInMoto> {
  const Bucket = `cdk-hnb659fds-assets-${place.account}-${place.region}`;
  await makeBucket(place, s3, Bucket);
  let templateKey = "";
  const { files } = assetsSchema.parse(
    JSON.parse(readFileSync(join(directory, `${stack}.assets.json`), "utf8")),
  );
  for (const { source, destinations } of Object.values(files)) {
    const path = join(directory, source.path);
    const [{ objectKey: Key } = { objectKey: "" }] = Object.values(destinations);
    if (source.packaging !== "zip") templateKey = Key;
    const Body = source.packaging === "zip" ? zipped(path) : readFileSync(path);
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }
  await bootstrap(place);
  return deployTemplate(place, { stack, parameters, object: `${Bucket}/${templateKey}` });
}

type Parameters = Readonly<Record<string, string>>;

/**
 * Deploys a template.
 * @param object its bucket and key
 */
export async function deployTemplate(
  place: Place,
  { stack, parameters, object }: { stack: string; parameters: Parameters; object: string },
): Promise<DeployedInMoto> {
  const cloudFormation = new CloudFormationClient(settingsOf(place));
  try {
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: stack,
        // moto looks for the object behind it and asks nobody
        TemplateURL: `https://s3.${place.region}.amazonaws.com/${object}`,
        Capabilities: ["CAPABILITY_NAMED_IAM"],
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
      }),
    );
    const { Stacks: [described] = [] } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    const outputs = (described?.Outputs ?? []).map(
      ({ OutputKey, OutputValue }) => [OutputKey, OutputValue ?? ""] as const,
    );
    return { status: described?.StackStatus, outputs: new Map(outputs) };
  } finally {
    cloudFormation.destroy();
  }
}

export async function makeBucket({ region }: Place, s3: S3Client, Bucket: string): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: region as "eu-central-1" };
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
}

/** What `cdk bootstrap` leaves, by which a template checks that it was done; the SDK's client is no dependency here. */
async function bootstrap(place: Place): Promise<void> {
  const parameter = { Name: "/cdk-bootstrap/hnb659fds/version", Value: "30", Type: "String" };
  await askMoto(place, "ssm", {
    headers: { "x-amz-target": "AmazonSSM.PutParameter", "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify(parameter),
  });
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
