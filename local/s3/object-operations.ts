import { closeSync } from "node:fs";
import type { OutgoingHttpHeaders } from "node:http";
import { bucketExists } from "./bucket-exists.ts";
import { checksumHeader } from "./checksums.ts";
import { isUnmodified, writeCondition } from "./conditions.ts";
import { noSuchBucket } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type { Metadata, StoredChecksum } from "./metadata.ts";
import type { ObjectInfo } from "./object-info.ts";
import { readRange } from "./range.ts";
import { receiveObject } from "./receive-object.ts";
import type { Reply } from "./reply.ts";
import { defaultType, storedHeaders } from "./stored-headers.ts";

export async function putObject(exchange: Exchange): Promise<Reply> {
  const { message, headers, storage, objects, bucket, key, fault } = exchange;
  requireBucket(exchange);
  const condition = writeCondition(headers);
  const stored = storedHeaders(headers);
  const draft = storage.draft();
  try {
    const body = await receiveObject(message, draft, fault);
    if (body === undefined) return { status: 200, headers: { etag: `"${"0".repeat(32)}"` } };
    const etag = body.md5.toString("hex");
    const checksum: StoredChecksum | undefined = body.checksum && { ...body.checksum, type: "FULL_OBJECT" };
    const metadata: Metadata = { key, etag, headers: stored, ...(checksum && { checksum }) };
    await objects.put(bucket, draft, metadata, condition);
    await fault?.written?.();
    return { status: 200, headers: { etag: `"${etag}"`, ...checksumFields(checksum) } };
  } finally {
    draft.dispose();
  }
}

export function getObject(exchange: Exchange): Reply {
  const { headers, objects, bucket, key } = exchange;
  const object = objects.open(bucket, key);
  if (object === undefined) throw missing(exchange);
  try {
    if (isUnmodified(headers, object)) {
      closeSync(object.fd);
      return notModified(object);
    }
    const range = readRange(headers.range, object.size);
    const first = range?.first ?? 0;
    const length = range === undefined ? object.size : range.last - range.first + 1;
    return {
      status: range === undefined ? 200 : 206,
      headers: {
        ...objectFields(object),
        "content-length": length,
        ...(range && { "content-range": `bytes ${range.first}-${range.last}/${object.size}` }),
        // a checksum of the whole would not agree with a part of it
        ...(range === undefined && wantsChecksum(exchange) && checksumFields(object.metadata.checksum)),
      },
      body: { fd: object.fd, first, length },
    };
  } catch (error) {
    closeSync(object.fd);
    throw error;
  }
}

export function headObject(exchange: Exchange): Reply {
  const { headers, objects, bucket, key } = exchange;
  const object = objects.head(bucket, key);
  if (object === undefined) throw missing(exchange);
  if (isUnmodified(headers, object)) return notModified(object);
  const range = readRange(headers.range, object.size);
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...objectFields(object),
      "content-length": range === undefined ? object.size : range.last - range.first + 1,
      ...(range && { "content-range": `bytes ${range.first}-${range.last}/${object.size}` }),
      ...(range === undefined && wantsChecksum(exchange) && checksumFields(object.metadata.checksum)),
    },
  };
}

export async function deleteObject(exchange: Exchange): Promise<Reply> {
  const { headers, objects, bucket, key } = exchange;
  requireBucket(exchange);
  await objects.delete(bucket, key, writeCondition(headers));
  return { status: 204 };
}

export function requireBucket({ storage, bucket }: Exchange): void {
  if (!bucketExists(storage, bucket)) throw noSuchBucket(bucket);
}

function missing({ storage, access, bucket, key }: Exchange) {
  return bucketExists(storage, bucket) ? access.missing(bucket, key) : noSuchBucket(bucket);
}

function wantsChecksum({ headers }: Exchange): boolean {
  return headers["x-amz-checksum-mode"]?.toString().toUpperCase() === "ENABLED";
}

function notModified(object: ObjectInfo): Reply {
  const { etag, "last-modified": modified } = objectFields(object);
  return { status: 304, headers: { etag, "last-modified": modified } };
}

function objectFields({ modified, metadata }: ObjectInfo): OutgoingHttpHeaders {
  return {
    "content-type": defaultType,
    ...metadata.headers,
    etag: `"${metadata.etag}"`,
    "last-modified": modified.toUTCString(),
    "accept-ranges": "bytes",
  };
}

export function checksumFields(checksum: StoredChecksum | undefined): OutgoingHttpHeaders {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}
