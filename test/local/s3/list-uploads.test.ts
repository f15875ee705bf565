import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { bucket, type Fixture, startFixture } from "./endpoint.ts";

let fixture: Fixture;
const ids: string[] = [];

beforeAll(async () => {
  fixture = await startFixture();
  for (const Key of ["b/1", "a", "b/1", "b/2 & more"]) {
    const { UploadId = "" } = await fixture.s3.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key, ChecksumAlgorithm: "SHA256" }),
    );
    ids.push(UploadId);
  }
});

const list = (settings: object) =>
  fixture.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, ...settings }));

test("open uploads are listed by key, with their ids and how their parts are summed", async () => {
  const { Uploads = [], IsTruncated } = await list({});
  expect(Uploads.map(({ Key }) => Key)).toEqual(["a", "b/1", "b/1", "b/2 & more"]);
  expect(Uploads.map(({ UploadId }) => UploadId).toSorted()).toEqual(ids.toSorted());
  expect(Uploads[0]).toMatchObject({ ChecksumAlgorithm: "SHA256", Initiated: expect.any(Date) });
  expect(IsTruncated).toBe(false);
});

test("the last page names its last upload as a marker all the same, as S3 does", async () => {
  const { Uploads = [], ...page } = await list({});
  const { Key, UploadId } = Uploads.at(-1) ?? {};
  expect(page).toMatchObject({ IsTruncated: false, NextKeyMarker: Key, NextUploadIdMarker: UploadId });
  expect(await list({ Prefix: "none" })).toMatchObject({ IsTruncated: false, NextKeyMarker: "" });
});

test("a prefix leaves out the others", async () => {
  const { Uploads = [] } = await list({ Prefix: "b/2", EncodingType: "url" });
  expect(Uploads.map(({ Key }) => Key)).toEqual(["b/2%20%26%20more"]);
});

test("pages follow each other by their markers, through uploads of one key", async () => {
  const seen: (string | undefined)[] = [];
  let markers = {};
  for (let more = true; more; ) {
    const page = await list({ MaxUploads: 1, ...markers });
    seen.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    more = page.IsTruncated ?? false;
  }
  expect(seen).toHaveLength(4);
  expect(new Set(seen)).toEqual(new Set(ids));
});

test("a key's marker alone passes over all of its uploads", async () => {
  const { Uploads = [] } = await list({ KeyMarker: "b/1" });
  expect(Uploads.map(({ Key }) => Key)).toEqual(["b/2 & more"]);
});

test("an upload that was aborted is open no more", async () => {
  await fixture.s3.send(
    new AbortMultipartUploadCommand({ Bucket: bucket, Key: "a", UploadId: ids[1] ?? "" }),
  );
  const { Uploads = [] } = await list({});
  expect(Uploads.map(({ Key }) => Key)).not.toContain("a");
});
