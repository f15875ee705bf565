import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type LocalEndpoint, type Service, startEndpoint } from "../../local/endpoint/endpoint.ts";

const python = "python3";
const host = "127.0.0.1";
/** What a run and its deployment ask for. */
const services = ["s3", "cloudformation", "states", "lambda", "iam", "logs", "ssm", "kms"];

/** Whether this machine's Python has moto with its server; without, tests that need it are skipped. */
export const hasMoto = (): boolean => spawnSync(python, ["-c", "import moto.server"]).status === 0;

export interface Moto {
  /** The address at which commands and functions find AWS. */
  readonly endpoint: LocalEndpoint;
  /** Answers by moto itself. */
  readonly forward: Service;
  /** From now on its interpreter answers for Step Functions, and knows no machine that was made before. */
  interpret(): Promise<void>;
  close(): Promise<void>;
}

/**
 * moto's server, an AWS that nobody here wrote, behind an address that can answer some requests in its place: its state
 * machines ask for their functions there too.
 */
export async function startMoto(): Promise<Moto> {
  const endpoint = await startEndpoint(0);
  const port = await freePort();
  const server = spawn(python, ["-m", "moto.server", "-H", host, "-p", String(port)], {
    // where the interpreter of its state machines finds Lambda
    env: { ...process.env, MOTO_PORT: String(endpoint.port) },
    stdio: "ignore",
  });
  const forward: Service = (asked, response) => {
    // the address has said "continue" already
    const { expect: _, ...headers } = asked.headers;
    const passed = request({ host, port, method: asked.method, path: asked.url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", (error) => response.destroy(error));
    asked.pipe(passed);
  };
  for (const name of services) endpoint.serve(name, forward);
  const close = async () => {
    server.kill();
    if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    await endpoint.close();
  };
  const configure = (settings: object) =>
    fetch(`http://${host}:${port}/moto-api/config`, { method: "POST", body: JSON.stringify(settings) });
  try {
    await answered(() => configure({}));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    endpoint,
    forward,
    interpret: async () => void (await configure({ stepfunctions: { execute_state_machine: true } })),
    close,
  };
}

/** Asks until there is an answer. */
async function answered(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries === 600) throw error;
      await sleep(100);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
