import { Logger } from "@aws-lambda-powertools/logger";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { bucketVariable } from "../../shared/workflow/bucket-variable.ts";
import { Addresses } from "./addresses.ts";
import { doorHandler } from "./handler.ts";
import { Slots } from "./slots.ts";
import { Waits } from "./waits.ts";

const bucket = process.env[bucketVariable];
if (!bucket) throw new Error(`the environment variable ${bucketVariable} is not set`);
// an owner waits for the answer, and asks again: nothing is worth the function's whole time
const clients = { maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 } };
const s3 = new S3Client(clients);
const logger = new Logger({ logLevel: "WARN" });

export const handler = doorHandler({
  slots: new Slots(s3, bucket),
  addresses: new Addresses(s3, bucket),
  waits: new Waits(new SFNClient(clients)),
  warn: (what) => logger.warn("failed", what),
});
