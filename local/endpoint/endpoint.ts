import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { portTaken } from "../../shared/errors.ts";
import { signedService } from "./credential-scope.ts";
import { objectionToForeign } from "./guard.ts";
import { refuse } from "./refusal.ts";

const host = "127.0.0.1";

/** Answers the requests that were signed for one service. */
export type Service = (request: IncomingMessage, response: ServerResponse) => void;

export interface LocalEndpoint {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly port: number;
  /** Hands requests to a service from now on, by the name under which they are signed for it. */
  serve(name: string, service: Service): void;
  /** Finishes what is being answered, then stops. */
  close(): Promise<void>;
}

/**
 * One address for all services, each of which tells by the signature who asks. It listens on the loopback interface
 * only and turns web pages away.
 * @param port 0 takes any that is free
 * @throws PortTaken
 */
export async function startEndpoint(port: number): Promise<LocalEndpoint> {
  const services = new Map<string, Service>();
  const server: Server = createServer((request, response) => {
    // once it is closing, a connection that is kept for the client's next request would hold it up
    response.once("finish", () => !server.listening && request.socket.end());
    dispatch(services, request, response);
  });
  // a client may keep a connection for as long as it trains; one that closes at its next request fails that request
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await listen(server, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}`,
    port: bound,
    serve: (name, service) => void services.set(name, service),
    close: () => closed(server),
  };
}

function dispatch(
  services: ReadonlyMap<string, Service>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const name = signedService(request);
  const objection = objectionToForeign(request.headers);
  if (objection !== undefined) {
    refuse(request, response, name, { status: 403, code: "AccessDenied", message: objection });
    return;
  }
  const service = services.get(name);
  if (service !== undefined) {
    service(request, response);
    return;
  }
  const message = `The local endpoint has no service "${name}"; it has ${[...services.keys()].join(", ")}`;
  refuse(request, response, name, { status: 501, code: "NotImplemented", message });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const taken = "code" in error && error.code === "EADDRINUSE";
      reject(
        taken
          ? portTaken(
              `Port ${port} of ${host}, where the local endpoint should listen, is taken: stop the program that uses it, or choose another port (0 for any that is free)`,
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
