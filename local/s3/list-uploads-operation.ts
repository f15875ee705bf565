import { type Exchange, readCount } from "./exchange.ts";
import { readEncoding } from "./list-operation.ts";
import { requireBucket } from "./object-operations.ts";
import { type Reply, xmlReply } from "./reply.ts";
import { type OpenUpload, Uploads } from "./uploads.ts";
import { branch, leaf, xmlDocument } from "./xml.ts";

const largestPage = 1000;

/** Multipart uploads that were neither completed nor aborted, of the keys with a prefix. */
export function listUploads(exchange: Exchange): Reply {
  requireBucket(exchange);
  const { query, storage, bucket } = exchange;
  const prefix = query.get("prefix") ?? "";
  const most = Math.min(readCount(query, "max-uploads", largestPage), largestPage);
  const encode = readEncoding(query);
  const matching = new Uploads(storage).list(bucket).filter(({ key }) => key.startsWith(prefix));
  const remaining = after(matching, query.get("key-marker") ?? "", query.get("upload-id-marker") ?? "");
  const page = remaining.slice(0, most);
  // S3 names it on the last page too
  const last = page.at(-1);
  return xmlReply(
    xmlDocument(
      "ListMultipartUploadsResult",
      leaf("Bucket", bucket),
      leaf("KeyMarker", encode(query.get("key-marker") ?? "")),
      leaf("UploadIdMarker", query.get("upload-id-marker") ?? ""),
      leaf("NextKeyMarker", last ? encode(last.key) : ""),
      leaf("NextUploadIdMarker", last?.id ?? ""),
      leaf("Prefix", encode(prefix)),
      leaf("EncodingType", query.get("encoding-type") ?? undefined),
      leaf("MaxUploads", most),
      leaf("IsTruncated", page.length < remaining.length),
      ...page.map(({ key, id, initiated, checksum }) =>
        branch(
          "Upload",
          leaf("Key", encode(key)),
          leaf("UploadId", id),
          leaf("StorageClass", "STANDARD"),
          leaf("Initiated", initiated.toISOString()),
          leaf("ChecksumAlgorithm", checksum?.algorithm),
          leaf("ChecksumType", checksum?.type),
        ),
      ),
    ),
  );
}

/** Without an id, an upload's key has to come after the marker; with one, it may be the marker's next. */
function after(uploads: readonly OpenUpload[], keyMarker: string, idMarker: string): readonly OpenUpload[] {
  if (keyMarker === "") return uploads;
  const marked = uploads.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  if (marked >= 0) return uploads.slice(marked + 1);
  return uploads.filter(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(keyMarker)) > 0);
}
