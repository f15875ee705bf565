import * as z from "zod";
import type { Encryption } from "../iam/rights.ts";
import type { Intrinsics } from "./intrinsics.ts";
import { checkShape, type Resource } from "./template.ts";

const encryptionProperties = z.strictObject({
  ServerSideEncryptionConfiguration: z.tuple([
    z.strictObject({
      BucketKeyEnabled: z.boolean().default(false),
      ServerSideEncryptionByDefault: z.discriminatedUnion("SSEAlgorithm", [
        z.strictObject({ SSEAlgorithm: z.literal("AES256") }),
        z.strictObject({ SSEAlgorithm: z.literal("aws:kms"), KMSMasterKeyID: z.string().startsWith("arn:") }),
      ]),
    }),
  ]),
});

/** @throws AssemblyUnsupported */
export function readEncryption(
  id: string,
  { Properties: { BucketEncryption } }: Resource,
  intrinsics: Intrinsics,
): Encryption | undefined {
  if (BucketEncryption === undefined) return undefined;
  const at = `${id}.BucketEncryption`;
  const {
    ServerSideEncryptionConfiguration: [{ BucketKeyEnabled, ServerSideEncryptionByDefault: given }],
  } = checkShape(at, encryptionProperties, intrinsics.resolve(BucketEncryption, at));
  return given.SSEAlgorithm === "AES256"
    ? undefined
    : { keyArn: given.KMSMasterKeyID, bucketKey: BucketKeyEnabled };
}
