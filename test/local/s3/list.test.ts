import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeToken, listingPage } from "../../../local/s3/list.ts";
import { bucket, refusal, startFixture } from "./endpoint.ts";

const { s3, directory } = await startFixture();

const page = (input: Partial<ListObjectsV2CommandInput>) =>
  s3.send(new ListObjectsV2Command({ Bucket: bucket, ...input }));

/** All pages, in the order in which they came. */
async function walk(input: Partial<ListObjectsV2CommandInput>) {
  const keys: string[] = [];
  const prefixes: string[] = [];
  const sizes: number[] = [];
  let ContinuationToken: string | undefined;
  do {
    const next = await page({ ...input, ...(ContinuationToken && { ContinuationToken }) });
    keys.push(...(next.Contents ?? []).map(({ Key = "" }) => Key));
    prefixes.push(...(next.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix));
    sizes.push(next.KeyCount ?? -1);
    expect(next.IsTruncated).toBe(next.NextContinuationToken !== undefined);
    ContinuationToken = next.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return { keys, prefixes, sizes };
}

test("2,500 keys come in three pages, with and without a delimiter", async () => {
  const expected = Array.from({ length: 2500 }, (_, i) => `paged/${String(i).padStart(4, "0")}-shard`);
  mkdirSync(join(directory, bucket, "paged"));
  const one = join(directory, "one");
  writeFileSync(one, "");
  // links, since making as many files takes seconds on some file systems
  for (const key of expected) linkSync(one, join(directory, bucket, key));
  const flat = await walk({ Prefix: "paged/" });
  expect(flat.keys).toEqual(expected);
  expect(flat.sizes).toEqual([1000, 1000, 500]);

  const folded = await walk({ Prefix: "paged/", Delimiter: "-" });
  expect(folded.keys).toEqual([]);
  expect(folded.prefixes).toEqual(expected.map((key) => key.replace("shard", "")));
  expect(folded.sizes).toEqual([1000, 1000, 500]);
  expect((await walk({ Delimiter: "/" })).prefixes).toEqual(["paged/"]);
});

test("an entry has the object's size, ETag and time", async () => {
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "entry/one", Body: "12345" }));
  const [entry] = (await page({ Prefix: "entry/" })).Contents ?? [];
  expect(entry).toMatchObject({ Key: "entry/one", Size: 5, ETag, ChecksumAlgorithm: ["CRC32"] });
  expect(Math.abs(Date.now() - (entry?.LastModified?.getTime() ?? 0))).toBeLessThan(5_000);
});

test("a prefix need not end at a folder, and start-after begins behind a key", async () => {
  for (const key of ["start/a", "start/ab", "start/ab/c", "start/b"]) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "" }));
  }
  expect((await walk({ Prefix: "start/a" })).keys).toEqual(["start/a", "start/ab", "start/ab/c"]);
  expect((await walk({ Prefix: "start/", StartAfter: "start/ab" })).keys).toEqual(["start/ab/c", "start/b"]);
  expect((await walk({ Prefix: "start/none" })).keys).toEqual([]);
  expect((await walk({ Prefix: "../" })).keys).toEqual([]);
  const none = await page({ Prefix: "start/", MaxKeys: 0 });
  expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
});

test("folders at the delimiter are those that keys lie in, at any depth, of whatever characters", async () => {
  const keys = [
    "tree/a",
    "tree/b/1/x",
    "tree/b/2/y",
    "tree/b-c",
    "tree/b/%",
    "tree/c//",
    "tree/d/e/f/g",
    "tree/ü/k",
  ];
  for (const key of keys) await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "" }));
  mkdirSync(join(directory, bucket, "tree/empty/folder"), { recursive: true });
  mkdirSync(join(directory, bucket, "tree/unfit"));
  writeFileSync(join(directory, bucket, "tree/unfit/no%key"), "");
  for (const MaxKeys of [1, 2, 1000]) {
    expect(await walk({ Prefix: "tree/", Delimiter: "/", MaxKeys })).toMatchObject({
      keys: ["tree/a", "tree/b-c"],
      prefixes: ["tree/b/", "tree/c/", "tree/d/", "tree/ü/"],
    });
  }
  expect((await walk({ Prefix: "tree/b", Delimiter: "/" })).prefixes).toEqual(["tree/b/"]);
  const later = await walk({ Prefix: "tree/", Delimiter: "/", StartAfter: "tree/b/1/x" });
  expect(later.prefixes).toEqual(["tree/b/", "tree/c/", "tree/d/", "tree/ü/"]);
  expect((await walk({ Prefix: "tree/", StartAfter: "tree/b" })).keys).toEqual(
    keys.filter((key) => key > "tree/b").sort(),
  );
});

test("what cannot be listed is refused", async () => {
  expect(await refusal(page({ ContinuationToken: "made up" }))).toMatchObject({ name: "InvalidArgument" });
  expect(await refusal(page({ Bucket: "no-such-bucket" }))).toMatchObject({ name: "NoSuchBucket" });
  expect(await refusal(page({ FetchOwner: true }))).toMatchObject({ name: "NotImplemented" });
});

const key = fc
  .array(fc.constantFrom("a", "b", "/", "-"), { minLength: 1, maxLength: 6 })
  .map((all) => all.join(""));

test("pages of any size are one list, cut", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(key),
      fc.constantFrom("", "/", "a", "-b"),
      fc.constantFrom("", "a", "a/", "/"),
      fc.integer({ min: 1, max: 4 }),
      (all, delimiter, prefix, maxKeys) => {
        const keys = all.filter((one) => one.startsWith(prefix)).sort();
        const found: string[] = [];
        let token: string | undefined;
        do {
          const marker = token === undefined ? undefined : decodeToken(token);
          const next = listingPage(keys, { prefix, delimiter, maxKeys, marker });
          expect(next.keys.length + next.commonPrefixes.length).toBeLessThanOrEqual(maxKeys);
          found.push(...next.keys, ...next.commonPrefixes);
          token = next.nextToken;
        } while (token !== undefined);

        const folded = keys.map((one) => {
          const rest = one.slice(prefix.length);
          const at = delimiter === "" ? -1 : rest.indexOf(delimiter);
          return at < 0 ? one : prefix + rest.slice(0, at + delimiter.length);
        });
        expect(found.toSorted()).toEqual([...new Set(folded)].sort());
      },
    ),
  );
});
