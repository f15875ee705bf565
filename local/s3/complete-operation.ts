import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { receiveDocument } from "./body.ts";
import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumElement,
  checksumHeader,
  checksumHeaders,
  createChecksum,
} from "./checksums.ts";
import { bareTag, writeCondition } from "./conditions.ts";
import type { Draft } from "./draft.ts";
import { S3Error } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type { Metadata, StoredChecksum } from "./metadata.ts";
import { openUpload } from "./multipart-operations.ts";
import { type Reply, xmlReply } from "./reply.ts";
import { compositeChecksum } from "./upload-checksum.ts";
import type { Upload, UploadPart } from "./uploads.ts";
import { leaf, readXml, xmlDocument } from "./xml.ts";

const checksum = z.string().optional();
const partSchema = z.strictObject({
  PartNumber: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number),
  ETag: z.string(),
  ChecksumCRC32: checksum,
  ChecksumCRC32C: checksum,
  ChecksumCRC64NVME: checksum,
  ChecksumSHA1: checksum,
  ChecksumSHA256: checksum,
});
const completeSchema = z.strictObject({
  CompleteMultipartUpload: z.strictObject({ Part: z.array(partSchema).min(1).max(10_000) }),
});
type NamedPart = z.infer<typeof partSchema>;

/** 10,000 parts with their checksums. */
const largestDocument = 8 * 1024 * 1024;
/** S3's bound for every part but the last. */
const smallestPart = 5 * 1024 * 1024;
const copyStep = 1024 * 1024;

export async function completeUpload(exchange: Exchange): Promise<Reply> {
  const { message, headers, storage, objects, bucket, key } = exchange;
  const { uploads, id, upload } = openUpload(exchange);
  const condition = writeCondition(headers);
  const body = await receiveDocument(message, largestDocument, withoutChecksums(headers));
  const named = readXml(body, completeSchema).CompleteMultipartUpload.Part;
  const parts = choose(named, uploads.parts(id), upload);
  const draft = storage.draft();
  try {
    const whole = await assemble(parts, draft, upload.checksum);
    checkWhole(exchange, parts, whole);
    const metadata: Metadata = {
      key,
      etag: etagOf(parts),
      headers: upload.headers,
      ...(whole && { checksum: whole }),
    };
    await objects.put(bucket, draft, metadata, condition, () => uploads.requireOpen(id));
    await uploads.remove(id);
    return xmlReply(
      xmlDocument(
        "CompleteMultipartUploadResult",
        leaf("Location", `http://${headers.host}/${bucket}/${encodeURI(key)}`),
        leaf("Bucket", bucket),
        leaf("Key", key),
        leaf("ETag", `"${metadata.etag}"`),
        whole === undefined ? "" : leaf(checksumElement(whole.algorithm), whole.value),
        leaf("ChecksumType", whole?.type),
      ),
    );
  } finally {
    draft.dispose();
  }
}

/** Here they are the object's checksums and not those of the request's own document. */
function withoutChecksums(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !checksumHeaders.includes(name)));
}

/** The parts that the request names, once each of them is what it says. */
function choose(
  named: readonly NamedPart[],
  present: readonly UploadPart[],
  upload: Upload,
): readonly UploadPart[] {
  const byNumber = new Map(present.map((part) => [part.number, part]));
  if (named.some((claim, i) => claim.PartNumber <= (named[i - 1]?.PartNumber ?? 0))) {
    throw new S3Error("InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  return named.map((claim, i) => {
    const part = byNumber.get(claim.PartNumber);
    if (
      part === undefined ||
      part.md5.toString("hex") !== bareTag(claim.ETag) ||
      !sameChecksum(claim, part, upload)
    ) {
      throw new S3Error(
        "InvalidPart",
        "One or more of the specified parts could not be found, or its entity tag or checksum is another.",
        { PartNumber: String(claim.PartNumber) },
      );
    }
    if (i < named.length - 1 && part.size < smallestPart) {
      throw new S3Error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
        PartNumber: String(part.number),
        MinSizeAllowed: String(smallestPart),
      });
    }
    return part;
  });
}

function sameChecksum(claim: NamedPart, part: UploadPart, upload: Upload): boolean {
  return checksumAlgorithms.every((algorithm: ChecksumAlgorithm) => {
    const claimed = claim[checksumElement(algorithm)];
    if (claimed === undefined) return true;
    // an upload that was started without a checksum keeps none to compare with
    if (upload.checksum === undefined) return true;
    return upload.checksum.algorithm === algorithm && part.checksum?.toString("base64") === claimed;
  });
}

async function assemble(
  parts: readonly UploadPart[],
  draft: Draft,
  wanted: Upload["checksum"],
): Promise<StoredChecksum | undefined> {
  const digest = wanted?.type === "FULL_OBJECT" ? createChecksum(wanted.algorithm) : undefined;
  for (const { path } of parts) {
    for await (const piece of createReadStream(path, { highWaterMark: copyStep })) {
      draft.write(piece);
      digest?.update(piece);
    }
  }
  if (wanted === undefined) return undefined;
  if (digest === undefined) return compositeChecksum(wanted.algorithm, parts);
  return { algorithm: wanted.algorithm, value: digest.digest().toString("base64"), type: "FULL_OBJECT" };
}

function checkWhole(
  { headers }: Exchange,
  parts: readonly UploadPart[],
  whole: StoredChecksum | undefined,
): void {
  const size = headers["x-amz-mp-object-size"];
  const assembled = parts.reduce((sum, part) => sum + part.size, 0);
  if (size !== undefined && Number(size) !== assembled) {
    throw new S3Error(
      "InvalidRequest",
      `x-amz-mp-object-size is ${size}, but the parts have ${assembled} bytes.`,
    );
  }
  const type = headers["x-amz-checksum-type"];
  if (type !== undefined && type !== whole?.type) {
    throw new S3Error("InvalidRequest", `The upload was not started with the checksum type ${type}.`);
  }
  for (const algorithm of checksumAlgorithms) {
    const claimed = headers[checksumHeader(algorithm)];
    if (claimed === undefined) continue;
    const computed = whole?.algorithm === algorithm ? whole.value.replace(/-\d+$/, "") : undefined;
    if (String(claimed).replace(/-\d+$/, "") !== computed) {
      throw new S3Error("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
    }
  }
}

/** S3's rule: MD5 of the parts' MD5s, and how many there are. */
function etagOf(parts: readonly UploadPart[]): string {
  const md5 = createHash("md5");
  for (const part of parts) md5.update(part.md5);
  return `${md5.digest("hex")}-${parts.length}`;
}
