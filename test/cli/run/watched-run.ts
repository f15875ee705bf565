import { S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import type { Target } from "../../../cli/targets/target.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";

/** A target whose bucket lies in memory and whose Step Functions are mocked, and know of no execution. */
export function mockedTarget() {
  const bucket = new MemoryBucket();
  const client = new SFNClient({ region: "us-east-1" });
  const states = mockClient(client);
  states.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ message: "none", $metadata: {} }));
  const target: Target = {
    s3: new S3Client({ region: "us-east-1" }),
    bucket: "bucket",
    objects: bucket.objects,
    states: client,
    deployment: defaultDeployment,
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:fedstep",
    looks: { leastMs: 1, mostMs: 1 },
    endsWithCommand: true,
    options: "--target aws",
    notes: [],
    close: async () => {},
  };
  return { bucket, states, target };
}
