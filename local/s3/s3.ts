import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { configInvalid, portTaken } from "../../shared/errors.ts";
import { isBucketName } from "./bucket-name.ts";
import { bucketExists, createBucket } from "./buckets.ts";
import { Counters, type S3Requests } from "./counters.ts";
import { systemCode, toS3Error } from "./errors.ts";
import { readTarget } from "./exchange.ts";
import { refuseForeign } from "./guard.ts";
import { ObjectStore } from "./object-store.ts";
import { type Reply, send } from "./reply.ts";
import type { Interfere } from "./request-fault.ts";
import { route } from "./router.ts";
import { openStorage, type Storage } from "./storage.ts";
import { errorDocument } from "./xml.ts";

const host = "127.0.0.1";

export interface S3Options {
  /** Where the objects lie; made if it is not there. */
  readonly directory: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Made if they are not there. */
  readonly buckets: readonly string[];
  /** Asked about every request: what is done to it on purpose. */
  readonly interfere?: Interfere;
}

export interface S3Endpoint {
  /** For AWS_ENDPOINT_URL_S3. */
  readonly url: string;
  readonly port: number;
  /** What has been asked since the start; a snapshot. */
  readonly requests: S3Requests;
  /** Finishes what is being answered, then stops. */
  close(): Promise<void>;
}

/**
 * Serves a directory by the S3 API, as far as fedstep, the SDKs and the AWS command line need it to store and look at
 * objects; anything else is answered 501 NotImplemented. There is no authentication: any credentials are accepted, so
 * it listens on the loopback interface only and turns web pages away. Several endpoints may share a directory.
 *
 * @throws PortTaken, HomeUnwritable, ConfigInvalid for a bucket's name
 */
export async function startS3({ directory, port, buckets, interfere }: S3Options): Promise<S3Endpoint> {
  const unfit = buckets.find((name) => !isBucketName(name));
  if (unfit !== undefined) {
    throw configInvalid(`"${unfit}" cannot be a bucket's name: take 3 to 63 of a-z, 0-9, "-" and "."`);
  }
  const storage = openStorage(directory);
  const counters = new Counters();
  const server: Server = createServer(listener(storage, counters, () => server.listening, interfere));
  // a client may keep a connection for as long as it trains; one that closes at its next request fails that request
  server.keepAliveTimeout = 10 * 60 * 1000;
  server.requestTimeout = 0;
  try {
    for (const name of buckets) ensureBucket(storage, name);
    await listen(server, port);
  } catch (error) {
    storage.lock.close();
    throw error;
  }
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host}:${bound}`,
    port: bound,
    get requests() {
      return counters.snapshot();
    },
    async close() {
      await closed(server);
      storage.lock.close();
    },
  };
}

function listener(storage: Storage, counters: Counters, isOpen: () => boolean, interfere?: Interfere) {
  const objects = new ObjectStore(storage);
  return async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { id, end } = counters.begin();
    let name = "none";
    let reply: Reply;
    try {
      refuseForeign(message.headers);
      const target = readTarget(message.url ?? "");
      const operation = route(message.method ?? "", target, message.headers);
      name = operation.name;
      const { headers } = message;
      const fault = interfere?.(message.method ?? "", message.url ?? "", traceIdOf(headers));
      if (fault?.refusal) {
        message.resume();
        throw fault.refusal;
      }
      reply = await operation.run({ ...target, message, headers, storage, objects, fault });
    } catch (error) {
      reply = errorReply(error, message, id);
    }
    response.setHeader("x-amz-request-id", id);
    // once it is closing, a connection that is kept for the client's next request would hold it up
    if (!isOpen()) response.setHeader("connection", "close");
    try {
      end(reply.status, await send(message, response, reply), name);
    } catch {
      // the client has left, or the file broke off after the status was sent: only a cut can still say so
      end(500, 0, name);
      response.destroy();
    }
  };
}

function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers["x-amzn-trace-id"];
  return typeof value === "string" ? value : undefined;
}

function errorReply(error: unknown, message: IncomingMessage, requestId: string): Reply {
  const { name, status, message: reason, details } = toS3Error(error);
  const resource = (message.url ?? "").split("?")[0] ?? "";
  const body = errorDocument(name, reason, { ...details, Resource: resource, RequestId: requestId });
  return { status, headers: { "content-type": "application/xml" }, body };
}

function ensureBucket(storage: Storage, name: string): void {
  try {
    if (!bucketExists(storage, name)) createBucket(storage, name);
  } catch (error) {
    // another endpoint over the same directory was first
    if (!bucketExists(storage, name)) throw error;
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const taken = systemCode(error) === "EADDRINUSE";
      reject(
        taken
          ? portTaken(
              `Port ${port} of ${host}, where the local S3 endpoint should listen, is taken: stop the program that uses it, or choose another port (0 for any that is free)`,
              { cause: error },
            )
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
}

const patienceMs = 2_000;

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // somebody may be in the middle of a body that never ends
    const cut = setTimeout(() => server.closeAllConnections(), patienceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
