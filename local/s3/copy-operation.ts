import { createHash } from "node:crypto";
import { createReadStream, type ReadStream } from "node:fs";
import { bucketExists } from "./bucket-exists.ts";
import { checksumElement, createChecksum, readAlgorithm } from "./checksums.ts";
import { isUnmodified, writeCondition } from "./conditions.ts";
import { readSource } from "./copy-source.ts";
import type { Draft } from "./draft.ts";
import { noSuchBucket, preconditionFailed, S3Error } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type { Metadata, StoredChecksum } from "./metadata.ts";
import { requireBucket } from "./object-operations.ts";
import type { OpenObject } from "./object-store.ts";
import { type Reply, xmlReply } from "./reply.ts";
import { storedHeaders } from "./stored-headers.ts";
import { leaf, xmlDocument } from "./xml.ts";

const copyStep = 1024 * 1024;

export async function copyObject(exchange: Exchange): Promise<Reply> {
  const { headers, storage, objects, bucket, key } = exchange;
  requireBucket(exchange);
  const condition = writeCondition(headers);
  const replace = replacesMetadata(exchange);
  const draft = storage.draft();
  let bytes: ReadStream | undefined;
  try {
    const source = openSource(exchange);
    // from here on the stream owns the file
    bytes = createReadStream("", { fd: source.fd, start: 0, highWaterMark: copyStep });
    if (isUnmodified(headers, source, "x-amz-copy-source-"))
      throw preconditionFailed("x-amz-copy-source-If-None-Match");
    const wanted = headers["x-amz-checksum-algorithm"]?.toString();
    const algorithm = wanted === undefined ? source.metadata.checksum?.algorithm : readAlgorithm(wanted);
    const { etag, checksum } = await copyBytes(bytes, draft, algorithm);
    const metadata: Metadata = {
      key,
      etag,
      headers: replace ? storedHeaders(headers) : source.metadata.headers,
      ...(checksum && { checksum }),
    };
    await objects.put(bucket, draft, metadata, condition);
    const modified = objects.head(bucket, key)?.modified ?? new Date();
    return xmlReply(
      xmlDocument(
        "CopyObjectResult",
        leaf("LastModified", modified.toISOString()),
        leaf("ETag", `"${etag}"`),
        checksum === undefined ? "" : leaf(checksumElement(checksum.algorithm), checksum.value),
        leaf("ChecksumType", checksum?.type),
      ),
    );
  } finally {
    bytes?.destroy();
    draft.dispose();
  }
}

function replacesMetadata({ headers, bucket, key }: Exchange): boolean {
  const directive = headers["x-amz-metadata-directive"]?.toString() ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw new S3Error("InvalidArgument", `Unknown metadata directive ${directive}`);
  }
  const source = readSource(headers["x-amz-copy-source"]);
  if (directive === "COPY" && source.bucket === bucket && source.key === key) {
    throw new S3Error(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing its metadata.",
    );
  }
  return directive === "REPLACE";
}

/** It may be another account's. */
function openSource({ headers, stores, access }: Exchange): OpenObject {
  const { bucket, key } = readSource(headers["x-amz-copy-source"]);
  const { storage, objects } = stores.ofBucket(bucket);
  if (!bucketExists(storage, bucket)) throw noSuchBucket(bucket);
  const object = objects.open(bucket, key);
  if (object === undefined) throw access.missing(bucket, key);
  return object;
}

/** A copy is one piece even if its source came in parts, so both digests are computed again. */
async function copyBytes(
  bytes: AsyncIterable<Buffer>,
  draft: Draft,
  algorithm: StoredChecksum["algorithm"] | undefined,
): Promise<{ etag: string; checksum: StoredChecksum | undefined }> {
  const md5 = createHash("md5");
  const digest = algorithm === undefined ? undefined : createChecksum(algorithm);
  for await (const piece of bytes) {
    draft.write(piece);
    md5.update(piece);
    digest?.update(piece);
  }
  const checksum: StoredChecksum | undefined =
    algorithm === undefined || digest === undefined
      ? undefined
      : { algorithm, value: digest.digest().toString("base64"), type: "FULL_OBJECT" };
  return { etag: md5.digest("hex"), checksum };
}
