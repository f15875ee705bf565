import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { listingPages } from "../../storage/listing-pages.ts";
import { Objects } from "../../storage/objects.ts";

async function all<Page>(pages: AsyncIterable<Page>): Promise<Page[]> {
  const found: Page[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

test("a listing ends with the page that is not truncated, whatever marker stands on it", async () => {
  const asked: (string | undefined)[] = [];
  const pages = [
    { IsTruncated: true, next: "2" },
    { IsTruncated: false, next: "0" },
  ];
  const found = await all(
    listingPages(
      async (behind?: string) => {
        asked.push(behind);
        return pages[asked.length - 1] ?? { IsTruncated: false, next: "0" };
      },
      ({ next }) => next,
    ),
  );
  expect(found).toEqual(pages);
  expect(asked).toEqual([undefined, "2"]);
});

test.each([
  ["no marker", undefined],
  ["the marker that was asked with", "2"],
])("a truncated page with %s ends in a named error, and not in a loop", async (_, next) => {
  let asked = 0;
  const listing = listingPages(
    async () => ({ IsTruncated: true, next: asked++ === 0 ? "2" : next }),
    (page) => page.next,
  );
  await expect(all(listing)).rejects.toMatchObject({ name: "ServiceFailed" });
  expect(asked).toBe(2);
});

test("keys, sizes and folders of a bucket are read to the last page and no further", async () => {
  const client = new S3Client({ region: "us-east-1" });
  mockClient(client)
    .on(ListObjectsV2Command)
    .callsFake(({ ContinuationToken, Delimiter }) => {
      const at = ContinuationToken === undefined ? 1 : 2;
      const key = `runs/r${at}/config.json`;
      return {
        IsTruncated: at === 1,
        // there is one on the last page too where something else stands in for S3
        NextContinuationToken: "more",
        ...(Delimiter
          ? { CommonPrefixes: [{ Prefix: `runs/r${at}/` }] }
          : { Contents: [{ Key: key, Size: at }] }),
      };
    });
  const objects = new Objects(client, "bucket");
  expect(await objects.list("runs/")).toEqual(["runs/r1/config.json", "runs/r2/config.json"]);
  expect(await objects.sizeBelow("runs/")).toBe(3);
  expect(await objects.listFolders("runs/")).toEqual(["r1", "r2"]);
});
