import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { folder } from "../homes.ts";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** An authority that nobody knows, and what it says of some hosts. */
export interface Authority {
  /** Its certificate in PEM. */
  readonly file: string;
  readonly key: Buffer;
  readonly cert: Buffer;
}

export function newAuthority(hosts: readonly string[]): Authority {
  const place = folder();
  const at = (name: string) => join(place, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: place, stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=nobody knows it",
  );
  openssl("req", ...newKey, "-keyout", "host.key", "-out", "host.csr", "-subj", "/CN=host");
  writeFileSync(at("names"), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`);
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
  openssl("x509", "-req", "-in", "host.csr", ...signed, "-out", "host.pem");
  return { file: at("ca.pem"), key: readFileSync(at("host.key")), cert: readFileSync(at("host.pem")) };
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Answers for those hosts, which only the proxy leads to. @returns its port */
export function secureServer({ key, cert }: Authority, listener: RequestListener): Promise<number> {
  return listening(createHttpsServer({ key, cert }, listener));
}

export interface Proxy {
  readonly url: string;
  /** What it was asked to lead to. */
  readonly asked: string[];
}

/** A proxy of CONNECT that wants a password, and leads those hosts to that port and nothing else anywhere. */
export async function newProxy(hosts: readonly string[], port: number): Promise<Proxy> {
  const asked: string[] = [];
  const server = createHttpServer((_, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "", headers }, client: Socket, head) => {
    const wanted = `Basic ${Buffer.from("ward:secret").toString("base64")}`;
    const isWard = headers["proxy-authorization"] === wanted;
    if (isWard) asked.push(url);
    if (!isWard || !hosts.some((host) => url === `${host}:443`)) {
      client.end(`HTTP/1.1 ${isWard ? 403 : 407} No\r\n\r\n`);
      return;
    }
    const onward = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.write(head);
      onward.pipe(client).pipe(onward);
    });
    onward.on("error", () => client.destroy());
    client.on("error", () => onward.destroy());
  });
  return { url: `http://ward:secret@127.0.0.1:${await listening(server)}`, asked };
}
