import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { objectionToForeign } from "../endpoint/guard.ts";
import { sameSecret } from "../same-secret.ts";
import type { LambdaEvent } from "./invocation.ts";

const version = "2018-06-01/runtime/";
/** Lambda's limit on a synchronous answer: 6 MB and 100 bytes. */
export const responseLimit = 6 * 1024 * 1024 + 100;

/** What one environment's process tells its side of the Runtime API. */
export interface RuntimeEvents {
  /** It has initialized, or finished, and asks for the next event. */
  polled(): void;
  responded(requestId: string, payload: Buffer): void;
  tooLarge(requestId: string, bytes: number): void;
  failed(requestId: string, error: Buffer): void;
  initFailed(error: Buffer): void;
}

export interface RuntimeApi {
  /**
   * For AWS_LAMBDA_RUNTIME_API: host:port, as on AWS, and a secret path behind it that only this environment's process
   * knows. Any user of the machine can reach the port, and whoever answers in a function's place makes the result.
   */
  readonly address: string;
  /** Hands the event to the poll that waits: environments take one only after `polled`. */
  deliver(invocation: LambdaEvent): void;
  close(): void;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The Runtime API of one environment, on a port of its own, so that no environment sees another's events. */
export async function startRuntimeApi(events: RuntimeEvents): Promise<RuntimeApi> {
  let poll: ServerResponse | undefined;

  const post = (path: string, body: Buffer, response: ServerResponse): void => {
    const accepted = () => response.writeHead(202).end('{"status":"OK"}');
    const [, requestId, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (path === "init/error") {
      events.initFailed(body);
      accepted();
    } else if (requestId === undefined) {
      response.writeHead(404).end();
    } else if (kind === "error") {
      events.failed(requestId, body);
      accepted();
    } else if (body.length > responseLimit) {
      events.tooLarge(requestId, body.length);
      response.writeHead(413).end('{"errorType":"RequestEntityTooLarge"}');
    } else {
      events.responded(requestId, body);
      accepted();
    }
  };

  const secret = randomBytes(32).toString("hex");
  const server = createServer((request, response) => {
    const objection = objectionToForeign(request.headers);
    const [, given = "", ...rest] = (request.url ?? "").split("/");
    if (objection !== undefined || !sameSecret(given, secret)) {
      request.resume();
      const errorMessage = objection ?? "AWS_LAMBDA_RUNTIME_API has a path, and this is another one";
      response.writeHead(403).end(JSON.stringify({ errorType: "AccessDenied", errorMessage }));
      return;
    }
    const path = rest.join("/").startsWith(version) ? rest.join("/").slice(version.length) : "";
    if (request.method === "GET" && path === "invocation/next") {
      poll = response;
      events.polled();
    } else if (request.method === "POST") {
      // a body that breaks off means that the process died, which its exit reports
      bodyOf(request).then(
        (body) => post(path, body, response),
        () => response.destroy(),
      );
    } else {
      response.writeHead(404).end();
    }
  });
  // a connection rests for as long as its handler computes
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    address: `127.0.0.1:${port}/${secret}`,
    deliver({ requestId, function: { arn, timeoutSeconds }, payload, traceId }) {
      poll?.writeHead(200, {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": requestId,
        "Lambda-Runtime-Deadline-Ms": Date.now() + timeoutSeconds * 1000,
        "Lambda-Runtime-Invoked-Function-Arn": arn,
        "Lambda-Runtime-Trace-Id": traceId,
      });
      poll?.end(payload);
      poll = undefined;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
