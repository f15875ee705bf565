import {
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { bucket, raw, refusal, startFixture } from "./endpoint.ts";

const { s3, endpoint } = await startFixture();
const object = { Bucket: bucket, Key: "there" };
await s3.send(new PutObjectCommand({ ...object, Body: "x" }));

test.each([
  ["acl", () => s3.send(new GetObjectAclCommand(object))],
  ["tagging", () => s3.send(new GetObjectTaggingCommand(object))],
  ["versions", () => s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))],
  ["versionId", () => s3.send(new GetObjectCommand({ ...object, VersionId: "1" }))],
  [
    "versioning",
    () =>
      s3.send(
        new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }),
      ),
  ],
  ["x-amz-acl", () => s3.send(new PutObjectCommand({ ...object, Body: "y", ACL: "public-read" }))],
  ["x-amz-tagging", () => s3.send(new PutObjectCommand({ ...object, Body: "y", Tagging: "a=b" }))],
  [
    "x-amz-server-side-encryption",
    () => s3.send(new PutObjectCommand({ ...object, Body: "y", ServerSideEncryption: "aws:kms" })),
  ],
])("%s is refused by its name and not ignored", async (name, send) => {
  const { message, ...rest } = await refusal(send());
  expect(rest).toEqual({ name: "NotImplemented", status: 501 });
  expect(message).toContain(name);
  expect(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString()).toBe("x");
});

test.each([
  ["GET", `/${bucket}`, "GET on a bucket"],
  ["GET", `/${bucket}/there?partNumber=1`, "?partNumber"],
  ["GET", `/${bucket}?list-type=2&unheard-of=1`, "?unheard-of"],
  ["PATCH", `/${bucket}/there`, "PATCH on an object"],
  ["DELETE", `/${bucket}`, "DELETE on a bucket"],
  ["POST", `/${bucket}`, "POST on a bucket"],
  ["OPTIONS", `/${bucket}/there`, "OPTIONS on an object"],
])("%s %s is not implemented", async (method, path, named) => {
  const answer = await raw(endpoint, method, path);
  expect(answer.status).toBe(501);
  expect(answer.body).toContain("<Code>NotImplemented</Code>");
  expect(answer.body).toContain(named);
});

test("several ranges, and a range that depends, are refused", async () => {
  const range = (headers: Record<string, string>) => raw(endpoint, "GET", `/${bucket}/there`, { headers });
  expect((await range({ range: "bytes=0-0,2-3" })).status).toBe(501);
  expect((await range({ range: "bytes=0-0", "if-range": '"0"' })).body).toContain("if-range");
});

test("an error names itself, its resource and its request", async () => {
  const answer = await raw(endpoint, "GET", `/${bucket}/no%20<where>`);
  const id = answer.headers["x-amz-request-id"];
  expect(id).toMatch(/^[0-9A-F]{16}$/);
  expect(answer.headers["content-type"]).toBe("application/xml");
  expect(answer.body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>' +
      "<Message>The specified key does not exist.</Message><Key>no &lt;where&gt;</Key>" +
      `<Resource>/${bucket}/no%20&lt;where&gt;</Resource><RequestId>${id}</RequestId></Error>`,
  );
});

test.each([
  "<Delete><Object><Key>a</Key></Object>",
  "<Delete><Object><Name>a</Name></Object></Delete>",
  "<Delete/>",
  "",
  '<!DOCTYPE x [<!ENTITY e "eeee">]><Delete><Object><Key>&e;</Key></Object></Delete>',
  "\u0000",
])("the document %j is malformed", async (body) => {
  const headers = { "content-length": String(Buffer.byteLength(body)) };
  const answer = await raw(endpoint, "POST", `/${bucket}?delete`, { headers, body });
  expect(answer.body).toContain("<Code>MalformedXML</Code>");
});
