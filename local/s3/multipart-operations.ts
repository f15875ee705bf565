import { receiveBody } from "./body.ts";
import { checksumElement, checksumHeader } from "./checksums.ts";
import { S3Error } from "./errors.ts";
import { type Exchange, readCount } from "./exchange.ts";
import { readEncoding } from "./list-operation.ts";
import { requireBucket } from "./object-operations.ts";
import { type Reply, xmlReply } from "./reply.ts";
import { storedHeaders } from "./stored-headers.ts";
import { uploadChecksum } from "./upload-checksum.ts";
import { type Upload, Uploads } from "./uploads.ts";
import { branch, leaf, xmlDocument } from "./xml.ts";

const largestPartNumber = 10_000;
const largestPage = 1000;

export function createUpload(exchange: Exchange): Reply {
  requireBucket(exchange);
  const { headers, storage, bucket, key } = exchange;
  const checksum = uploadChecksum(headers);
  const upload: Upload = { bucket, key, headers: storedHeaders(headers), ...(checksum && { checksum }) };
  const id = new Uploads(storage).create(upload);
  return {
    ...xmlReply(
      xmlDocument(
        "InitiateMultipartUploadResult",
        leaf("Bucket", bucket),
        leaf("Key", key),
        leaf("UploadId", id),
      ),
    ),
    headers: {
      "content-type": "application/xml",
      ...(checksum && {
        "x-amz-checksum-algorithm": checksum.algorithm,
        "x-amz-checksum-type": checksum.type,
      }),
    },
  };
}

export async function uploadPart(exchange: Exchange): Promise<Reply> {
  const { message, storage } = exchange;
  const { uploads, id, upload } = openUpload(exchange);
  const number = readCount(exchange.query, "partNumber", 0);
  if (number < 1 || number > largestPartNumber) {
    throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  }
  const draft = storage.draft();
  try {
    const algorithm = upload.checksum?.algorithm;
    const body = await receiveBody(message, (bytes) => draft.write(bytes), { wanted: algorithm });
    const { checksum } = body;
    if (algorithm !== undefined && checksum?.algorithm !== algorithm) {
      throw new S3Error(
        "InvalidRequest",
        `Checksum Type mismatch occurred, expected checksum Type: ${algorithm}, actual checksum Type: ${checksum?.algorithm}`,
      );
    }
    const kept = algorithm === undefined ? undefined : checksum && Buffer.from(checksum.value, "base64");
    await uploads.addPart(id, number, draft, body.md5, kept);
    return {
      status: 200,
      headers: {
        etag: `"${body.md5.toString("hex")}"`,
        ...(checksum && { [checksumHeader(checksum.algorithm)]: checksum.value }),
      },
    };
  } finally {
    draft.dispose();
  }
}

export async function abortUpload(exchange: Exchange): Promise<Reply> {
  const { uploads, id } = openUpload(exchange);
  await uploads.remove(id);
  return { status: 204 };
}

export function listParts(exchange: Exchange): Reply {
  const { uploads, id, upload } = openUpload(exchange);
  const { query, bucket, key } = exchange;
  const after = readCount(query, "part-number-marker", 0);
  const most = Math.min(readCount(query, "max-parts", largestPage), largestPage);
  const remaining = uploads.parts(id).filter(({ number }) => number > after);
  const page = remaining.slice(0, most);
  const truncated = page.length < remaining.length;
  const algorithm = upload.checksum?.algorithm;
  return xmlReply(
    xmlDocument(
      "ListPartsResult",
      leaf("Bucket", bucket),
      leaf("Key", readEncoding(query)(key)),
      leaf("UploadId", id),
      leaf("PartNumberMarker", after),
      // S3 names one on the last page too, where it is 0: who goes by it begins anew
      leaf("NextPartNumberMarker", truncated ? page.at(-1)?.number : 0),
      leaf("MaxParts", most),
      leaf("IsTruncated", truncated),
      leaf("ChecksumAlgorithm", algorithm),
      leaf("ChecksumType", upload.checksum?.type),
      ...page.map(({ number, modified, md5, size, checksum }) =>
        branch(
          "Part",
          leaf("PartNumber", number),
          leaf("LastModified", modified.toISOString()),
          leaf("ETag", `"${md5.toString("hex")}"`),
          leaf("Size", size),
          algorithm === undefined ? "" : leaf(checksumElement(algorithm), checksum?.toString("base64")),
        ),
      ),
    ),
  );
}

export function openUpload(exchange: Exchange): { uploads: Uploads; id: string; upload: Upload } {
  requireBucket(exchange);
  const { storage, query, bucket, key } = exchange;
  const uploads = new Uploads(storage);
  const id = query.get("uploadId") ?? "";
  return { uploads, id, upload: uploads.open(id, bucket, key) };
}
