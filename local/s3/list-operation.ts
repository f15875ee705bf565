import { S3Error } from "./errors.ts";
import { type Exchange, readCount } from "./exchange.ts";
import { decodeToken, listingPage, type Marker } from "./list.ts";
import { requireBucket } from "./object-operations.ts";
import { type Reply, xmlReply } from "./reply.ts";
import { keysWithPrefix } from "./walk.ts";
import { branch, leaf, xmlDocument } from "./xml.ts";

const largestPage = 1000;

export async function listObjects(exchange: Exchange): Promise<Reply> {
  requireBucket(exchange);
  const { query, storage, objects, bucket } = exchange;
  if (query.get("list-type") !== "2") throw new S3Error("InvalidArgument", "list-type must be 2");
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const maxKeys = Math.min(readCount(query, "max-keys", largestPage), largestPage);
  const encode = readEncoding(query);

  // start-after may lie within a folder, and then not any of its keys tells whether the folder shows
  const foldersOnly = delimiter === "/" && !query.has("start-after");
  const keys = await keysWithPrefix(storage, bucket, prefix, foldersOnly);
  const page = listingPage(keys, { prefix, delimiter, maxKeys, marker: readMarker(query) });
  const contents = page.keys.flatMap((key) => {
    const object = objects.head(bucket, key);
    // deleted since the folder was read
    if (object === undefined) return [];
    const { checksum, etag } = object.metadata;
    return branch(
      "Contents",
      leaf("Key", encode(key)),
      leaf("LastModified", object.modified.toISOString()),
      leaf("ETag", `"${etag}"`),
      leaf("ChecksumAlgorithm", checksum?.algorithm),
      leaf("ChecksumType", checksum?.type),
      leaf("Size", object.size),
      leaf("StorageClass", "STANDARD"),
    );
  });
  const folded = page.commonPrefixes.map((common) =>
    branch("CommonPrefixes", leaf("Prefix", encode(common))),
  );
  const startAfter = query.get("start-after");
  return xmlReply(
    xmlDocument(
      "ListBucketResult",
      leaf("Name", bucket),
      leaf("Prefix", encode(prefix)),
      delimiter === "" ? "" : leaf("Delimiter", encode(delimiter)),
      startAfter === null ? "" : leaf("StartAfter", encode(startAfter)),
      leaf("ContinuationToken", query.get("continuation-token") ?? undefined),
      leaf("NextContinuationToken", page.nextToken),
      leaf("KeyCount", contents.length + folded.length),
      leaf("MaxKeys", maxKeys),
      leaf("EncodingType", query.get("encoding-type") ?? undefined),
      leaf("IsTruncated", page.nextToken !== undefined),
      ...contents,
      ...folded,
    ),
  );
}

function readMarker(query: URLSearchParams): Marker | undefined {
  const token = query.get("continuation-token");
  if (token !== null) return decodeToken(token);
  const after = query.get("start-after");
  return after ? { kind: "key", after } : undefined;
}

/** encoding-type=url is for clients whose XML cannot hold every key. */
export function readEncoding(query: URLSearchParams): (key: string) => string {
  const encoding = query.get("encoding-type");
  if (encoding === null) return (key) => key;
  if (encoding !== "url")
    throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  return (key) => encodeURIComponent(key).replaceAll("%2F", "/");
}
