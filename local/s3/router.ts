import type { IncomingHttpHeaders } from "node:http";
import {
  deleteObjects,
  getBucketLocation,
  headBucket,
  listAllBuckets,
  makeBucket,
} from "./bucket-operations.ts";
import { checksumHeaders } from "./checksums.ts";
import { completeUpload } from "./complete-operation.ts";
import { copyObject } from "./copy-operation.ts";
import { notImplemented } from "./errors.ts";
import type { Exchange, RequestTarget } from "./exchange.ts";
import { listObjects } from "./list-operation.ts";
import { listUploads } from "./list-uploads-operation.ts";
import { abortUpload, createUpload, listParts, uploadPart } from "./multipart-operations.ts";
import { deleteObject, getObject, headObject, putObject } from "./object-operations.ts";
import { type OperationName, type PermissionsOf, permissionsOf } from "./permissions.ts";
import type { Reply } from "./reply.ts";
import { userPrefix } from "./stored-headers.ts";

type Level = "service" | "bucket" | "object";

export interface S3Operation {
  readonly name: OperationName;
  readonly on: `${string} ${Level}`;
  /** Query parameters that make a request this operation. */
  readonly needs: readonly string[];
  /** Further ones that it understands. */
  readonly query: readonly string[];
  /** Of the headers that would change what S3 does, those that it understands. */
  readonly headers: ReadonlySet<string>;
  readonly permissions: PermissionsOf;
  readonly run: (exchange: Exchange) => Reply | Promise<Reply>;
}

const body = [
  "x-amz-decoded-content-length",
  "x-amz-trailer",
  "x-amz-sdk-checksum-algorithm",
  ...checksumHeaders,
];
const conditions = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
const reading = [...conditions, "range", "x-amz-checksum-mode"];
const writing = ["if-match", "if-none-match"];
const copying = [
  ...writing,
  "x-amz-copy-source",
  "x-amz-metadata-directive",
  "x-amz-checksum-algorithm",
  ...conditions.map((name) => `x-amz-copy-source-${name}`),
];
const paging = ["prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type"];
const partPaging = ["max-parts", "part-number-marker", "encoding-type"];
const uploadPaging = ["prefix", "max-uploads", "key-marker", "upload-id-marker", "encoding-type"];
const starting = ["x-amz-checksum-algorithm", "x-amz-checksum-type"];
const completing = [...body, ...writing, "x-amz-checksum-type", "x-amz-mp-object-size"];

function operation(
  name: OperationName,
  on: S3Operation["on"],
  run: S3Operation["run"],
  { needs = [], query = [], headers = [] }: { needs?: string[]; query?: string[]; headers?: string[] } = {},
): S3Operation {
  return { name, on, permissions: permissionsOf[name], run, needs, query, headers: new Set(headers) };
}

const operations: readonly S3Operation[] = [
  operation("ListBuckets", "GET service", listAllBuckets),
  operation("CreateBucket", "PUT bucket", makeBucket, { headers: body }),
  operation("HeadBucket", "HEAD bucket", headBucket),
  operation("GetBucketLocation", "GET bucket", getBucketLocation, { needs: ["location"] }),
  operation("ListObjectsV2", "GET bucket", listObjects, { needs: ["list-type"], query: paging }),
  operation("DeleteObjects", "POST bucket", deleteObjects, { needs: ["delete"], headers: body }),
  operation("ListMultipartUploads", "GET bucket", listUploads, { needs: ["uploads"], query: uploadPaging }),
  operation("GetObject", "GET object", getObject, { headers: reading }),
  operation("HeadObject", "HEAD object", headObject, { headers: reading }),
  operation("DeleteObject", "DELETE object", deleteObject, { headers: ["if-match"] }),
  operation("PutObject", "PUT object", putObject, { headers: [...body, ...writing] }),
  operation("CopyObject", "PUT object", copyObject, { headers: copying }),
  operation("CreateMultipartUpload", "POST object", createUpload, { needs: ["uploads"], headers: starting }),
  operation("UploadPart", "PUT object", uploadPart, { needs: ["uploadId", "partNumber"], headers: body }),
  operation("ListParts", "GET object", listParts, { needs: ["uploadId"], query: partPaging }),
  operation("CompleteMultipartUpload", "POST object", completeUpload, {
    needs: ["uploadId"],
    headers: completing,
  }),
  operation("AbortMultipartUpload", "DELETE object", abortUpload, { needs: ["uploadId"] }),
];

const byMethod = new Map<string, S3Operation[]>();
// the most particular first: GET ?uploadId is ListParts and not GetObject
for (const next of operations.toSorted((a, b) => b.needs.length - a.needs.length)) {
  byMethod.set(next.on, [...(byMethod.get(next.on) ?? []), next]);
}

/** A presigned address's own parameters, and what clients add for their logs. */
const harmlessQuery =
  /^(x-id|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256))$/;

/** They say who asks and how it is signed, which has been looked at before. */
const harmlessHeaders = new Set([
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-user-agent",
]);

/** Headers outside x-amz- that S3 obeys. */
const obeyed = new Set([...conditions, "range", "if-range"]);

/** @throws NotImplemented for everything that would otherwise be ignored */
export function route(method: string, target: RequestTarget, headers: IncomingHttpHeaders): S3Operation {
  const level: Level = target.key !== "" ? "object" : target.bucket !== "" ? "bucket" : "service";
  const names = [...target.query.keys()].filter((name) => !harmlessQuery.test(name));
  const copy = "x-amz-copy-source" in headers;
  const found = byMethod
    .get(`${method} ${level}`)
    ?.find(({ needs, name }) => needs.every((need) => names.includes(need)) && isCopy(name) === copy);
  const unknown = names.filter((name) => !found?.needs.includes(name) && !found?.query.includes(name));
  if (found === undefined || unknown.length > 0) {
    throw notImplemented(`${method} on ${placeOf(level)}${unknown.map((name) => ` with ?${name}`).join("")}`);
  }
  for (const name in headers) {
    if (!name.startsWith("x-amz-") && !obeyed.has(name)) continue;
    if (found.headers.has(name) || harmlessHeaders.has(name)) continue;
    if (name.startsWith(userPrefix) && storesHeaders.has(found.name)) continue;
    throw notImplemented(`the header ${name} with ${found.name}`);
  }
  return found;
}

const storesHeaders = new Set(["PutObject", "CopyObject", "CreateMultipartUpload"]);

function isCopy(name: string): boolean {
  return name === "CopyObject";
}

function placeOf(level: Level): string {
  return level === "object" ? "an object" : level === "bucket" ? "a bucket" : "the service";
}
