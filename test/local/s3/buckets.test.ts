import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { bucket, raw, refusal, startFixture } from "./endpoint.ts";

const { s3, endpoint } = await startFixture();

test("a bucket is created once, in the region that was asked for", async () => {
  const Bucket = "second-bucket-2";
  const CreateBucketConfiguration = { LocationConstraint: "eu-west-3" as const };
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  expect(await refusal(s3.send(new CreateBucketCommand({ Bucket })))).toMatchObject({
    name: "BucketAlreadyOwnedByYou",
    status: 409,
  });
  expect(await s3.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({
    LocationConstraint: "eu-west-3",
  });
  expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: "eu-west-3" });
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual([bucket, Bucket]);
});

test("a bucket that is not there is not there", async () => {
  expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: "nowhere" })))).toMatchObject({ status: 404 });
  const lost = new GetBucketLocationCommand({ Bucket: "nowhere" });
  expect(await refusal(s3.send(lost))).toMatchObject({ name: "NoSuchBucket" });
});

test.each(["Upper", "ab", "-dash", "dots..dots", ".s3", "under_score"])(
  "%s is no bucket's name",
  async (name) => {
    const answer = await raw(endpoint, "PUT", `/${name}`, { headers: { "content-length": "0" } });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain("<Code>InvalidBucketName</Code>");
  },
);
