import { z } from "zod";
import { receiveDocument } from "./body.ts";
import { bucketExists } from "./bucket-exists.ts";
import { bucketLocation, createBucket, listBuckets } from "./buckets.ts";
import { always } from "./conditions.ts";
import { noSuchBucket, toS3Error } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { requireBucket } from "./object-operations.ts";
import { deletion } from "./permissions.ts";
import { type Reply, xmlReply } from "./reply.ts";
import { branch, leaf, readXml, xmlDocument } from "./xml.ts";

/** Where a bucket is if nobody said: S3's default too. */
const defaultRegion = "us-east-1";

export function listAllBuckets({ storage, access }: Exchange): Reply {
  const buckets = listBuckets(storage).map(({ name, created }) =>
    branch("Bucket", leaf("Name", name), leaf("CreationDate", created.toISOString())),
  );
  const owner = branch("Owner", leaf("ID", access.account));
  return xmlReply(xmlDocument("ListAllMyBucketsResult", owner, branch("Buckets", ...buckets)));
}

export function headBucket({ storage, bucket }: Exchange): Reply {
  if (!bucketExists(storage, bucket)) throw noSuchBucket(bucket);
  const region = bucketLocation(storage, bucket) || defaultRegion;
  return { status: 200, headers: { "x-amz-bucket-region": region } };
}

export function getBucketLocation(exchange: Exchange): Reply {
  requireBucket(exchange);
  const { storage, bucket } = exchange;
  return xmlReply(xmlDocument("LocationConstraint", bucketLocation(storage, bucket)));
}

const createSchema = z.strictObject({
  CreateBucketConfiguration: z.strictObject({
    LocationConstraint: z
      .string()
      .regex(/^[a-zA-Z0-9-]{1,64}$/)
      .optional(),
  }),
});

export async function makeBucket({ message, stores, access, bucket }: Exchange): Promise<Reply> {
  const hasBody = Number(message.headers["content-length"] ?? "0") > 0;
  const body = hasBody ? await receiveDocument(message, 64 * 1024) : undefined;
  const location = body && readXml(body, createSchema).CreateBucketConfiguration.LocationConstraint;
  createBucket(stores, bucket, access.account, location);
  return { status: 200, headers: { location: `/${bucket}` } };
}

const deleteSchema = z.strictObject({
  Delete: z.strictObject({
    Object: z
      .array(z.strictObject({ Key: z.string().min(1) }))
      .min(1)
      .max(1000),
    Quiet: z.enum(["true", "false"]).optional(),
  }),
});

/** Keys of 1,024 bytes, each byte an entity, 1,000 times. */
const largestDelete = 8 * 1024 * 1024;

export async function deleteObjects(exchange: Exchange): Promise<Reply> {
  requireBucket(exchange);
  const { message, access, objects, bucket } = exchange;
  const request = readXml(await receiveDocument(message, largestDelete), deleteSchema).Delete;
  const results: string[] = [];
  for (const { Key } of request.Object) {
    try {
      access.require([deletion(bucket, Key)]);
      await objects.delete(bucket, Key, always);
      if (request.Quiet !== "true") results.push(branch("Deleted", leaf("Key", Key)));
    } catch (error) {
      const { name, message: reason } = toS3Error(error);
      results.push(branch("Error", leaf("Key", Key), leaf("Code", name), leaf("Message", reason)));
    }
  }
  return xmlReply(xmlDocument("DeleteResult", ...results));
}
