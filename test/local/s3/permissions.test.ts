import { describe, expect, test } from "vitest";
import { readTarget } from "../../../local/s3/exchange.ts";
import { type OperationName, permissionsOf } from "../../../local/s3/permissions.ts";

/** Action, resource below the bucket, actions on the key that encrypts, and what of the request policies may ask. */
function taken(operation: OperationName, url: string, headers: Record<string, string> = {}) {
  return permissionsOf[operation](readTarget(url), headers).map(
    ({ action, bucket, key, keyActions = [], context = {} }) => ({
      action,
      on: key === undefined ? bucket : `${bucket}/${key}`,
      key: keyActions,
      context: Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined)),
    }),
  );
}

/** From AWS's table of required permissions, and its page on enforcing conditional writes. */
describe("what an operation takes", () => {
  test.each<[OperationName, string, string, string[]]>([
    ["ListBuckets", "/", "s3:ListAllMyBuckets on ", []],
    ["CreateBucket", "/b", "s3:CreateBucket on b", []],
    ["HeadBucket", "/b", "s3:ListBucket on b", []],
    ["GetBucketLocation", "/b?location", "s3:GetBucketLocation on b", []],
    ["ListMultipartUploads", "/b?uploads", "s3:ListBucketMultipartUploads on b", []],
    ["GetObject", "/b/runs/a", "s3:GetObject on b/runs/a", ["kms:Decrypt"]],
    ["HeadObject", "/b/runs/a", "s3:GetObject on b/runs/a", []],
    ["DeleteObject", "/b/k", "s3:DeleteObject on b/k", []],
    ["ListParts", "/b/k?uploadId=1", "s3:ListMultipartUploadParts on b/k", []],
    ["AbortMultipartUpload", "/b/k?uploadId=1", "s3:AbortMultipartUpload on b/k", []],
  ])("%s", (operation, url, expected, key) => {
    expect(taken(operation, url).map(({ action, on }) => `${action} on ${on}`)).toEqual([expected]);
    expect(taken(operation, url)[0]?.key).toEqual(key);
    expect(taken(operation, url)[0]?.context).toEqual({});
  });

  test("ListObjectsV2, with its prefix where it has one", () => {
    const list = (query: string) => taken("ListObjectsV2", `/b?list-type=2${query}`)[0];
    expect(list("&prefix=runs/&delimiter=/&max-keys=5")).toMatchObject({
      action: "s3:ListBucket",
      on: "b",
      context: { "s3:prefix": "runs/", "s3:delimiter": "/", "s3:max-keys": "5" },
    });
    expect(list("")?.context).toEqual({});
    expect(list("&prefix=")?.context).toEqual({ "s3:prefix": "" });
  });

  test("HeadObject with a checksum, of which the key takes part", () => {
    const [head] = taken("HeadObject", "/b/k", { "x-amz-checksum-mode": "ENABLED" });
    expect(head?.key).toEqual(["kms:GenerateDataKey", "kms:Decrypt"]);
  });

  test.each<[OperationName, string, string[]]>([
    ["PutObject", "true", ["kms:GenerateDataKey"]],
    ["CompleteMultipartUpload", "true", ["kms:GenerateDataKey", "kms:Decrypt"]],
    ["CreateMultipartUpload", "false", ["kms:GenerateDataKey"]],
    ["UploadPart", "false", ["kms:GenerateDataKey", "kms:Decrypt"]],
  ])("%s, whether it creates the object: %s", (operation, creates, key) => {
    const put = { action: "s3:PutObject", on: "b/k", key };
    const bare = { "s3:ObjectCreationOperation": creates };
    expect(taken(operation, "/b/k")).toEqual([{ ...put, context: bare }]);
    expect(taken(operation, "/b/k", { "if-none-match": "*" })).toEqual([
      { ...put, context: { ...bare, "s3:if-none-match": "*" } },
    ]);
    expect(taken(operation, "/b/k", { "if-match": "e" })).toEqual([
      { ...put, context: { ...bare, "s3:if-match": "e" } },
    ]);
  });

  test("CopyObject, which reads one and writes another", () => {
    const [read, write] = taken("CopyObject", "/b/new", { "x-amz-copy-source": "/a/old%20one" });
    expect(read).toEqual({ action: "s3:GetObject", on: "a/old one", key: ["kms:Decrypt"], context: {} });
    expect(write).toMatchObject({ action: "s3:PutObject", on: "b/new", key: ["kms:GenerateDataKey"] });
  });
});
