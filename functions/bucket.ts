import { S3Client } from "@aws-sdk/client-s3";
import { bucketVariable } from "../shared/workflow/bucket-variable.ts";
import { Objects } from "../storage/objects.ts";

/** The bucket of this function; one client per environment, so that connections stay open between invocations. */
export function functionObjects(): Objects {
  const bucket = process.env[bucketVariable];
  if (!bucket) throw new Error(`the environment variable ${bucketVariable} is not set`);
  return new Objects(new S3Client({}), bucket);
}
