import { startS3 } from "../../../local/s3/s3.ts";

// A second process for the tests of what two of them do to one directory.
const [directory = "", bucket = ""] = process.argv.slice(2);
const endpoint = await startS3({ directory, port: 0, buckets: [bucket] });
process.send?.(endpoint.port);
