import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import {
  type DoorErrorName,
  type DoorRequest,
  doorRequest,
  jobSha256,
} from "../../../shared/owners/door-protocol.ts";
import { fingerprintOf } from "../../../shared/owners/identity.ts";
import type { OwnersJob } from "../../../shared/owners/job.ts";
import { openSigned } from "../../../shared/owners/signed.ts";
import type { ClientReport } from "../../../shared/workflow/payloads.ts";
import { noUsage } from "../../../shared/workflow/usage.ts";
import type { MemoryBucket } from "../../functions/memory-bucket.ts";

/** What came of a request, for a door that lies to say something else. */
export type Reply = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
};
type Lie = (
  request: DoorRequest,
  reply: Reply,
  response: ServerResponse,
) => Reply | undefined | Promise<Reply | undefined>;

interface Waiting {
  readonly job: OwnersJob;
  readonly end: (report: ClientReport) => void;
  /** What its end was told by; a wait that is over is told no more. */
  over: boolean;
}

/**
 * A door and a bucket that keep the contract of door-protocol.ts on loopback, without a state machine; all bytes that come to
 * them are kept, so that a test can look for what should not be among them.
 */
export class DoorStandIn {
  readonly #bucket: MemoryBucket;
  readonly #waiting = new Map<string, Waiting>();
  /** Requests that verified, and what came over the wire: lines, headers and bodies. */
  readonly asked: DoorRequest[] = [];
  readonly wire: Buffer[] = [];
  /** Called with each request before it is looked at; what it throws is a door that has died. */
  before: (request: DoorRequest) => void | Promise<void> = () => {};
  lie: Lie = (_, reply) => reply;
  /** Milliseconds by which its clock is ahead. */
  skewMs = 0;
  /** Keys of what a round's model was made of. */
  rounds: (round: number) => readonly string[] = () => [];
  /** Answers of the bucket in place of its own. */
  storage: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  origin = "";
  /** Where the bucket is said to be, where that is elsewhere. */
  storageOrigin: string | undefined;

  private constructor(bucket: MemoryBucket) {
    this.#bucket = bucket;
  }

  static async open(bucket: MemoryBucket): Promise<DoorStandIn> {
    const door = new DoorStandIn(bucket);
    const server = createServer(door.listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    door.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return door;
  }

  get url(): string {
    return `${this.origin}/door/`;
  }

  /** Has a job wait for an owner. @returns how it ends */
  wait(key: string, job: OwnersJob): Promise<ClientReport> {
    return new Promise((end) => this.#waiting.set(fingerprintOf(key), { job, end, over: false }));
  }

  /** The round gives up. */
  giveUp(key: string): void {
    const waiting = this.#waiting.get(fingerprintOf(key));
    if (waiting) waiting.over = true;
  }

  readonly listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [
      Buffer.from(`${request.method} ${request.url} ${request.rawHeaders.join(" ")}\n`),
    ];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.wire.push(...chunks);
    const body = Buffer.concat(chunks.slice(1));
    if (request.url?.startsWith("/bucket/")) return this.#store(request, response, body);
    const host = request.headers.host ?? "";
    const reply = await this.#reply(host, body, response).catch(
      (error: unknown): Reply => ({ status: 500, body: String(error) }),
    );
    if (!reply) return;
    const headers = { "content-type": "application/json", ...reply.headers };
    response
      .writeHead(reply.status, headers)
      .end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
  };

  async #reply(host: string, body: Buffer, response: ServerResponse): Promise<Reply | undefined> {
    const { content: request, key } = await openSigned(
      "door",
      doorRequest,
      JSON.parse(body.toString()),
      "request",
    );
    const now = new Date(Date.now() + this.skewMs);
    const refuse = (status: number, error: DoorErrorName): Reply => ({
      status,
      body: { at: now.toISOString(), error, message: error },
    });
    this.asked.push(request);
    await this.before(request);
    if (request.door !== host) return this.lie(request, refuse(403, "WrongDoor"), response);
    if (Math.abs(Date.parse(request.at) - now.getTime()) > 300_000) {
      return this.lie(request, refuse(403, "ClockSkewed"), response);
    }
    const waiting = this.#waiting.get(fingerprintOf(key));
    const answer = await this.#answer(request, waiting);
    const reply =
      typeof answer === "string"
        ? refuse(409, answer)
        : { status: 200, body: { at: now.toISOString(), ...answer } };
    return this.lie(request, reply, response);
  }

  async #answer(request: DoorRequest, waiting: Waiting | undefined): Promise<object | DoorErrorName> {
    const digest = waiting && jobSha256(waiting.job);
    if (request.ask === "job") {
      const none = !waiting || request.done === digest || (request.working === digest && waiting.over);
      return none
        ? { job: null, reads: [] }
        : { job: waiting.job, reads: this.#reads(waiting.job, request.since) };
    }
    if (!waiting || request.job !== digest) return "JobGone";
    const { run, round, client, attempt } = waiting.job;
    const key = keys.update(run, round, client, attempt);
    const there = this.#bucket.contents.get(key);
    if (request.ask === "decline") {
      return this.#end(waiting, { client, error: { Error: request.refusal } });
    }
    if (request.ask === "round") return { reads: this.rounds(request.round).map((key) => this.#read(key)) };
    const { bytes, sha256 } = request;
    const same = there?.length === bytes && (await sha256Hex(there)) === sha256;
    if (there && !same) return "UpdateDiffers";
    if (request.ask === "send") {
      const headers = {
        "content-length": String(bytes),
        "if-none-match": "*",
        "x-amz-checksum-sha256": Buffer.from(sha256, "hex").toString("base64"),
      };
      return { put: there ? null : { url: this.urlOf(key), headers } };
    }
    if (!there) return "UpdateMissing";
    return this.#end(waiting, { client, sha256, from: 0, to: 0, usage: noUsage });
  }

  #end(waiting: Waiting, report: ClientReport) {
    if (waiting.over) return { counted: null };
    waiting.over = true;
    waiting.end(report);
    return { counted: true };
  }

  urlOf(key: string): string {
    return `${this.storageOrigin ?? this.origin}/bucket/${key}?signature=1`;
  }

  #reads({ run, round }: OwnersJob, since: { run: string; round: number } | null) {
    const from = since?.run === run && since.round < round ? since.round : 1;
    const metrics = Array.from({ length: round - from }, (_, at) => keys.roundMetrics(run, from + at));
    const before = round - 1;
    const read = [
      keys.plan(run),
      keys.partition(run),
      keys.global(run, before),
      keys.roundState(run, before),
      ...metrics,
    ];
    return read.map((key) => this.#read(key));
  }

  #read(key: string) {
    return { key, url: this.urlOf(key) };
  }

  #store(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    if (this.storage(request, response)) return;
    const key = decodeURIComponent((request.url ?? "").split("?")[0] ?? "").slice("/bucket/".length);
    const there = this.#bucket.contents.get(key);
    if (request.method === "GET") {
      response.writeHead(there ? 200 : 403).end(there);
    } else if (there && request.headers["if-none-match"] === "*") response.writeHead(412).end();
    else {
      this.#bucket.contents.set(key, Uint8Array.from(body));
      response.writeHead(200).end();
    }
  }
}
