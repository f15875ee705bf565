import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tinyGz } from "./tiny-idx.ts";

export interface Mirror {
  readonly url: string;
  /** Paths asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse, file: string, request: IncomingMessage) => void;

/** The whole file with its length, as a mirror should. */
export const serve: Answer = (response, file) => {
  const body = tinyGz[file];
  if (!body) response.writeHead(404).end();
  else response.writeHead(200, { "content-length": body.length }).end(body);
};

export const status =
  (code: number): Answer =>
  (response) =>
    response.writeHead(code).end("no");

/** A server on a free port; each request is given to the next answer, the last one answering all that follow. */
export async function openMirror(...answers: readonly Answer[]): Promise<Mirror> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? serve;
    const path = request.url ?? "";
    asked.push(path);
    answer(response, path.slice(path.lastIndexOf("/") + 1), request);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mnist/`,
    asked,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** A port on which nothing listens. */
export async function closedMirror(): Promise<string> {
  const mirror = await openMirror();
  await mirror.close();
  return mirror.url;
}
