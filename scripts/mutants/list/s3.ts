import type { Mutant } from "../mutant.ts";

/** What S3 and the local endpoint do alike, and what only S3 did. */
export const s3: readonly Mutant[] = [
  {
    name: "parts-paged-by-marker",
    fault: "A listing goes on until its marker is empty, which S3's last page of parts never has.",
    file: "storage/listing-pages.ts",
    find: "if (!page.IsTruncated) return;",
    replace: "if (markerOf(page) === undefined) return;",
    tests: ["test/storage/listing-pages.test.ts", "test/cli/run/resumable-upload.test.ts"],
  },
  {
    name: "local-parts-without-marker",
    fault: "The local endpoint leaves the marker out of the last page of parts, where S3 says 0.",
    file: "local/s3/multipart-operations.ts",
    find: "truncated ? page.at(-1)?.number : 0)",
    replace: "truncated ? page.at(-1)?.number : undefined)",
    tests: ["test/local/s3/multipart.test.ts"],
  },
  {
    name: "local-uploads-without-marker",
    fault:
      "The local endpoint leaves the marker out of the last page of uploads, where S3 names the last one.",
    file: "local/s3/list-uploads-operation.ts",
    find: 'leaf("NextKeyMarker", last ? encode(last.key) : "")',
    replace: 'leaf("NextKeyMarker", last && page.length < remaining.length ? encode(last.key) : "")',
    tests: ["test/local/s3/list-uploads.test.ts"],
  },
  {
    name: "conflict-not-repeated",
    fault: "A conditional write that S3 answers by 409 is reported at once in place of being repeated.",
    file: "storage/put-where-none.ts",
    find: "{ $retryable: { throttling: false } }",
    replace: "{}",
    tests: ["test/local/s3/faults.test.ts"],
  },
  {
    name: "conflict-not-temporary",
    fault: "Conflicts that outlast the SDK's repetitions get no name that the state machine repeats.",
    file: "storage/failures.ts",
    find: "new Set([conflictCode, ",
    replace: "new Set([conflictCode.slice(1), ",
    tests: ["test/local/s3/faults.test.ts"],
  },
  {
    name: "own-object-taken-for-anothers",
    fault: "A conditional write whose first answer was lost takes what it has stored for somebody else's.",
    file: "storage/put-where-none.ts",
    find: "return (error.$metadata.attempts ?? 1) > 1 && (await isOurs());",
    replace: "return (error.$metadata.attempts ?? 1) > 1000 && (await isOurs());",
    tests: ["test/local/s3/faults.test.ts"],
  },
];
