import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { afterAll } from "vitest";
import { localCredentials } from "../../../local/iam/credential-store.ts";
import { signedHeaders } from "../../../local/iam/signature/sign.ts";
import { type S3Endpoint, startS3 } from "../../../local/s3/s3.ts";
import { settingsFor } from "../signing.ts";

export const bucket = "objects";

export interface Fixture {
  readonly directory: string;
  readonly endpoint: S3Endpoint;
  readonly s3: S3Client;
}

/** An endpoint over a directory of its own, both gone after the file's tests. */
export async function startFixture(): Promise<Fixture> {
  const directory = temporaryDirectory();
  return { directory, ...(await serve(directory)) };
}

/** One more endpoint, over a directory that is there. */
export async function serve(directory: string): Promise<Omit<Fixture, "directory">> {
  const endpoint = await startS3({ directory, port: 0, buckets: [bucket] });
  const s3 = clientOf(endpoint.url);
  afterAll(async () => {
    s3.destroy();
    await endpoint.close();
  });
  return { endpoint, s3 };
}

export function clientOf(url: string, settings: S3ClientConfig = {}): S3Client {
  return new S3Client({ ...settingsFor(url), ...settings });
}

const directories: string[] = [];

// registered once and first, so that it runs last: a hook that a test's own body registers would never run
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "fedstep-s3-"));
  directories.push(directory);
  return directory;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** The headers of a request of the administrator's; its body is not signed unless they say so. */
export function signedFor(
  { port }: Pick<S3Endpoint, "port">,
  method: string,
  url: string,
  headers: Record<string, string> = {},
): Record<string, string> {
  const payloadHash = headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  const all = { host: `127.0.0.1:${port}`, "x-amz-content-sha256": payloadHash, ...headers };
  return signedHeaders({ method, url, headers: all, payloadHash }, "s3", localCredentials);
}

/** What no SDK would send, signed as the administrator's: the path goes out as it is. */
export function raw(
  endpoint: S3Endpoint,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const signed = signedFor(endpoint, method, path, headers);
    const options = { host: "127.0.0.1", port: endpoint.port, method, path, headers: signed };
    const sent = request(options, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Sends the text and ends the connection in the middle of whatever it was. */
export function hangUpAfter(endpoint: S3Endpoint, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(endpoint.port, "127.0.0.1", () => {
      socket.write(text, () => setTimeout(() => socket.destroy(), 50));
    });
    socket.on("error", reject);
    socket.on("close", () => resolve());
  });
}

/** What a promise is rejected with, as the SDK's errors are. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<{ name: string; status: number; message: string }> {
  try {
    await promise;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode ?? 0 };
  }
  throw new Error("It was not refused");
}
