import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { Addresses } from "../../../functions/door/addresses.ts";
import { doorHandler } from "../../../functions/door/handler.ts";
import { Slots } from "../../../functions/door/slots.ts";
import { Waits } from "../../../functions/door/waits.ts";
import { federationKeys, keys } from "../../../shared/layout.ts";
import { jobSha256 } from "../../../shared/owners/door-protocol.ts";
import { fingerprintOf } from "../../../shared/owners/identity.ts";
import type { OwnersJob } from "../../../shared/owners/job.ts";
import { type Signer, sign } from "../../../shared/owners/signed.ts";
import type { WaitingJob } from "../../../shared/owners/waiting-job.ts";

export const door = "abc.lambda-url.eu-central-1.on.aws";
export const federation = "clinics";
export const start = Date.parse("2026-11-29T20:00:00.000Z");

export const job: OwnersJob = {
  agreement: { federation, version: 2, sha256: "a".repeat(64) },
  run: "clinics.first",
  plan: "b".repeat(64),
  writer: "0.2.0",
  round: 3,
  attempt: 1,
  task: "train",
  client: 1,
  chainSha256: "c".repeat(64),
};
export const digest = jobSha256(job);
export const token = "T".repeat(700);
export const slotOf = (changes: Partial<WaitingJob> = {}): WaitingJob => ({
  format: 1,
  token,
  enteredAt: "2026-11-29T19:55:00.000Z",
  heartbeatSeconds: 600,
  timeoutSeconds: 3600,
  updateBytes: 10_000,
  job,
  ...changes,
});
export const updateKey = keys.update(job.run, job.round, job.client, job.attempt);

/** A request as the SDK is about to send it. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Stored {
  readonly bytes: Uint8Array | string;
  /** As base64. */
  readonly checksum?: string;
}

/** A door over AWS as it answers over HTTP: bucket and waits in memory, each request told. */
export function coordinator() {
  const objects = new Map<string, Stored>();
  const calls: string[] = [];
  const warnings: unknown[] = [];
  const ended: unknown[] = [];
  const state = {
    now: start,
    /** Tokens that somebody still waits for. */
    waiting: new Set([token]),
    /** What AWS answers to everything, where it fails. */
    failing: undefined as { readonly status: number; readonly code: string } | undefined,
    /** What a missing key is answered by. */
    missing: { status: 403, code: "AccessDenied" },
  };

  const s3 = ({ method, path }: Sent) => {
    const key = decodeURIComponent(path.split("?")[0] ?? "").replace(/^\//, "");
    calls.push(`${method} ${key}`);
    if (state.failing) return xml(method, state.failing);
    const found = objects.get(key);
    if (!found) return xml(method, state.missing);
    const bytes = Buffer.from(found.bytes);
    return {
      statusCode: 200,
      headers: {
        "content-length": String(bytes.length),
        ...(found.checksum && { "x-amz-checksum-sha256": found.checksum }),
      },
      body: Readable.from(method === "HEAD" || bytes.length === 0 ? [] : [bytes]),
    };
  };

  const states = ({ headers, body }: Sent) => {
    const [, operation = ""] = (headers["x-amz-target"] ?? "").split(".");
    calls.push(operation);
    const { taskToken, ...rest } = JSON.parse(textOf(body));
    if (state.failing) return json(state.failing.status, { __type: state.failing.code, message: taskToken });
    if (!state.waiting.has(taskToken)) return json(400, { __type: "TaskTimedOut", message: taskToken });
    if (operation !== "SendTaskHeartbeat") {
      state.waiting.delete(taskToken);
      ended.push({ operation, ...rest });
    }
    return json(200, {});
  };

  const settings = {
    region: "eu-central-1",
    credentials: {
      accessKeyId: "AKIDOOR",
      secretAccessKey: "secret-of-the-door",
      sessionToken: "session/of+the=door",
    },
    maxAttempts: 1,
  };
  const over = (answer: (sent: Sent) => object) => ({
    handle: async (sent: Sent) => ({ response: answer(sent) }),
  });
  const client = new S3Client({ ...settings, requestHandler: over(s3) as never });
  const handler = doorHandler({
    slots: new Slots(client, "bucket"),
    addresses: new Addresses(client, "bucket"),
    waits: new Waits(new SFNClient({ ...settings, requestHandler: over(states) as never })),
    warn: (what) => warnings.push(what),
    clock: () => new Date(state.now),
  });

  return {
    ...{ objects, calls, warnings, ended, state },
    /** Any event. */
    handle: handler,
    /** A request that somebody has signed. */
    async ask(signer: Signer, fields: object, changes: { door?: string; purpose?: "update" } = {}) {
      const { door: meant = door, purpose = "door" } = changes;
      const content = { federation, door: meant, at: new Date(state.now).toISOString(), ...fields };
      return answerOf(await handler(eventOf(JSON.stringify(await sign(purpose, content, signer)))));
    },
    /** Leaves a job for whoever has that key. */
    leave(key: string, slot: unknown = slotOf()) {
      const bytes = typeof slot === "string" ? slot : JSON.stringify(slot);
      objects.set(federationKeys.waitingJob(federation, fingerprintOf(key)), { bytes });
    },
  };
}

export const eventOf = (body: string | undefined, more: object = {}) => ({
  version: "2.0",
  requestContext: { domainName: door, http: { method: "POST", path: "/" } },
  ...(body !== undefined && { body }),
  isBase64Encoded: false,
  ...more,
});

export function answerOf({ statusCode, body, headers }: Awaited<ReturnType<ReturnType<typeof doorHandler>>>) {
  return { status: statusCode, headers, text: body, content: JSON.parse(body) };
}

function xml(method: string, { status, code }: { readonly status: number; readonly code: string }) {
  const text = `<Error><Code>${code}</Code><Message>about ${token}</Message></Error>`;
  return {
    statusCode: status,
    headers: {},
    body: Readable.from(method === "HEAD" ? [] : [Buffer.from(text)]),
  };
}

function json(statusCode: number, content: object) {
  return { statusCode, headers: {}, body: Readable.from([Buffer.from(JSON.stringify(content))]) };
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new Error("the SDK sent no body");
}
