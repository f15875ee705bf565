import { createHash } from "node:crypto";
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type MultipartUpload,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import { listingPages } from "../../storage/listing-pages.ts";
import type { Storage } from "../targets/target.ts";

/** S3 takes at most so many parts of an object. */
const mostParts = 10_000;
/** Bytes, of a part and of what goes in one request: lost at most, by each of those in flight, when a line breaks. */
const smallestPart = 8 * 1024 * 1024;
const inFlight = 4;

export interface UploadWatch {
  /** Told once, before anything is sent. */
  readonly begins?: (progress: { readonly parts: number; readonly present: number }) => void;
  /** Told at the beginning and with every part that arrives, where there are several: how much of all is there. */
  readonly sent?: (bytes: number, all: number) => void;
  readonly signal?: AbortSignal;
}

type UploadPlace = Pick<Storage, "s3" | "bucket"> & { readonly key: string };
type Sending = { readonly abortSignal: AbortSignal } | undefined;

/**
 * Puts the bytes under the key, in parts where they are many. Cut off, it leaves its parts in the bucket, and the next
 * upload of the same bytes sends only what is missing. lib-storage's Upload cannot: it begins a multipart upload of
 * its own each time, and takes none that is there.
 */
export async function uploadResumably(place: UploadPlace, bytes: Uint8Array, watch: UploadWatch = {}) {
  const { begins, sent, signal } = watch;
  const sending: Sending = signal && { abortSignal: signal };
  const object = { Bucket: place.bucket, Key: place.key };
  const parts = cut(bytes);
  if (parts.length === 1) {
    begins?.({ parts: 1, present: 0 });
    const ContentType = "application/octet-stream";
    await place.s3.send(new PutObjectCommand({ ...object, Body: bytes, ContentType }), sending);
    return;
  }
  const UploadId = (await openUpload(place, sending)) ?? (await beginUpload(place, sending));
  const present = await presentParts(place, UploadId, parts, sending);
  begins?.({ parts: parts.length, present: present.size });
  let arrived = 0;
  const arrive = (part: Part) => {
    arrived += part.bytes.length;
    sent?.(arrived, bytes.length);
  };
  sent?.(0, bytes.length);
  const completed = await sendParts(parts, async (part) => {
    const named = { PartNumber: part.number, ChecksumSHA256: part.sha256 };
    const uploading = { ...object, ...named, UploadId, Body: part.bytes };
    const done = present.get(part.number) ?? {
      ...named,
      ETag: (await place.s3.send(new UploadPartCommand(uploading), sending)).ETag,
    };
    arrive(part);
    return done;
  });
  await place.s3.send(
    new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts: completed } }),
    sending,
  );
}

/** A few at a time. Where one fails, those under way arrive before it is told, and the ones behind it do not begin. */
async function sendParts(
  parts: readonly Part[],
  send: (part: Part) => Promise<CompletedPart>,
): Promise<CompletedPart[]> {
  const limit = pLimit(inFlight);
  const failure = new AbortController();
  const sent = parts.map((part) =>
    limit(async () => {
      failure.signal.throwIfAborted();
      return send(part).catch((error: unknown) => {
        failure.abort(error);
        throw error;
      });
    }),
  );
  await Promise.allSettled(sent);
  return Promise.all(sent);
}

interface Part {
  /** From 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
  /** In base64. */
  readonly sha256: string;
}

/** The same bytes are always cut the same way. */
function cut(bytes: Uint8Array): Part[] {
  const size = Math.max(smallestPart, Math.ceil(bytes.length / mostParts));
  return Array.from({ length: Math.max(1, Math.ceil(bytes.length / size)) }, (_, i) => {
    const part = bytes.subarray(i * size, (i + 1) * size);
    return { number: i + 1, bytes: part, sha256: createHash("sha256").update(part).digest("base64") };
  });
}

async function beginUpload({ s3, bucket, key }: UploadPlace, sending: Sending): Promise<string> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      Bucket: bucket,
      Key: key,
      ContentType: "application/octet-stream",
      ChecksumAlgorithm: "SHA256",
    }),
    sending,
  );
  if (UploadId === undefined) throw new Error(`S3 began an upload of ${key} without an id`);
  return UploadId;
}

/** The latest upload of the key that was not ended. */
async function openUpload({ s3, bucket, key }: UploadPlace, sending: Sending): Promise<string | undefined> {
  const pages = listingPages(
    (behind?: { KeyMarker: string; UploadIdMarker: string }) =>
      s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key, ...behind }), sending),
    ({ NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker }) =>
      KeyMarker && UploadIdMarker ? { KeyMarker, UploadIdMarker } : undefined,
  );
  const open: MultipartUpload[] = [];
  for await (const { Uploads = [] } of pages) {
    open.push(...Uploads.filter((one) => one.Key === key && one.ChecksumAlgorithm === "SHA256"));
  }
  const started = ({ Initiated }: MultipartUpload) => Initiated?.getTime() ?? 0;
  return open.sort((a, b) => started(b) - started(a))[0]?.UploadId;
}

/** Of the parts that the upload has, those with our own bytes, by their numbers. */
async function presentParts(
  { s3, bucket, key }: UploadPlace,
  UploadId: string,
  parts: readonly Part[],
  sending: Sending,
): Promise<ReadonlyMap<number, CompletedPart>> {
  const sums = new Map(parts.map(({ number, sha256 }) => [number, sha256]));
  const present = new Map<number, CompletedPart>();
  const pages = listingPages(
    (PartNumberMarker?: string) =>
      s3.send(new ListPartsCommand({ Bucket: bucket, Key: key, UploadId, PartNumberMarker }), sending),
    ({ NextPartNumberMarker }) => NextPartNumberMarker,
  );
  for await (const page of pages) {
    for (const { PartNumber = 0, ChecksumSHA256, ETag } of page.Parts ?? []) {
      if (ChecksumSHA256 === undefined || ChecksumSHA256 !== sums.get(PartNumber)) continue;
      present.set(PartNumber, { PartNumber, ChecksumSHA256, ETag });
    }
  }
  return present;
}
