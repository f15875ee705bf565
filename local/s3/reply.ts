import { closeSync, createReadStream, readSync } from "node:fs";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** A part of an open file, which sending closes. */
export interface FileSlice {
  readonly fd: number;
  readonly first: number;
  readonly length: number;
}

export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | FileSlice;
}

export const xmlReply = (body: string, status = 200): Reply => ({
  status,
  headers: { "content-type": "application/xml" },
  body,
});

/** Below this one synchronous read and one write to the socket cost less than a stream. */
const readAtOnce = 2 * 1024 * 1024;
const streamStep = 512 * 1024;

/** @returns bytes of the body */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body }: Reply,
): Promise<number> {
  if (body === undefined || typeof body === "string") {
    const bytes = Buffer.from(body ?? "");
    // 204 and 304 have no body by definition, and a HEAD's reply brings the length of what it leaves out
    const bare = status === 204 || status === 304 || "content-length" in headers;
    response.writeHead(status, bare ? headers : { ...headers, "content-length": bytes.length });
    const silent = request.method === "HEAD" || bare || bytes.length === 0;
    response.end(silent ? undefined : bytes);
    return silent ? 0 : bytes.length;
  }
  const { fd, first, length } = body;
  if (length > readAtOnce) {
    response.writeHead(status, headers);
    const last = first + length - 1;
    await pipeline(
      createReadStream("", { fd, start: first, end: last, highWaterMark: streamStep }),
      response,
    );
    return length;
  }
  response.writeHead(status, headers).end(readSlice(body));
  return length;
}

function readSlice({ fd, first, length }: FileSlice): Buffer {
  try {
    const bytes = Buffer.allocUnsafeSlow(length);
    let at = 0;
    while (at < length) {
      const read = readSync(fd, bytes, at, length - at, first + at);
      if (read === 0) throw new Error("the file became shorter while it was read");
      at += read;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
}
