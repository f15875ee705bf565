import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CredentialStore } from "../../../local/iam/credential-store.ts";
import { administrator } from "../../../local/iam/identity.ts";
import { identityOf, verifiedRequest } from "../../../local/iam/requester.ts";
import { uriEncode } from "../../../local/iam/signature/canonical-request.ts";
import { SignatureFault } from "../../../local/iam/signature/signature-fault.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { sessionOfRole } from "../signing.ts";
import { messageOf, type PlainRequest, presignedBySdk, signedBySdk } from "./requests.ts";

const now = Date.UTC(2026, 10, 29, 13, 30);
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const store = new CredentialStore(() => now);
const session = store.issue(sessionOfRole, 3600);
const verifier = new SignatureVerifier(store, () => now);

const hashOf = (body: string) => createHash("sha256").update(body).digest("hex");

/** What becomes of a message: who sent it, or how the signature fails. */
function verify(message: IncomingMessage, service: string, payloadHash: string): string {
  try {
    verifier.authenticate(message, service, () => payloadHash);
    return identityOf(message).callerArn;
  } catch (error) {
    if (error instanceof SignatureFault) return error.fault.kind;
    throw error;
  }
}

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
// "/" in a key is a "/" of the path, and no client of S3 sends it as %2F
const segment = text.filter((name) => name !== "." && name !== ".." && !name.includes("/"));
const headerName = fc.stringMatching(/^x-[a-z]{1,9}$/).filter((name) => !name.startsWith("x-amz"));
const headerValue = fc.stringMatching(/^[ -~]{0,20}$/);
const parameters = fc.dictionary(
  text.filter((name) => !name.startsWith("X-Amz-") && name !== "AWSAccessKeyId" && name !== "__proto__"),
  text,
  { maxKeys: 4 },
);

const requests = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD"),
  path: fc
    .array(segment, { maxLength: 4 })
    .map((parts) => `/${parts.map((part) => uriEncode(part)).join("/")}`),
  query: parameters,
  headers: fc
    .dictionary(headerName, headerValue, { maxKeys: 4 })
    .map((headers): Record<string, string> => ({ ...headers, host: "127.0.0.1:4720" })),
  body: fc.string({ maxLength: 30 }),
});
const services = fc.constantFrom("s3", "lambda", "states", "sts");
const signers = fc.constantFrom(credentials, session);

const callerOf = ({ accessKeyId }: { accessKeyId: string }) =>
  accessKeyId === "local" ? administrator("000000000000").callerArn : sessionOfRole.callerArn;

describe("whatever the SDK signs shows who has signed it", () => {
  test("in its headers", async () => {
    const signed = fc.asyncProperty(requests, services, signers, async (request, service, keys) => {
      const sent = await signedBySdk(request, { credentials: keys, service, date: new Date(now) });
      expect(verify(messageOf(sent), service, hashOf(request.body))).toBe(callerOf(keys));
    });
    await fc.assert(signed, { numRuns: 300 });
  });

  test("in its address", async () => {
    const signed = fc.asyncProperty(requests, signers, async (request, keys) => {
      const signing = { credentials: keys, service: "s3", date: new Date(now - 3_599_000) };
      const sent = await presignedBySdk(request, signing, 3600);
      const message = messageOf(sent);
      expect(verify(message, "s3", "UNSIGNED-PAYLOAD")).toBe(callerOf(keys));
      expect(verifiedRequest(message).payloadHash).toBe("UNSIGNED-PAYLOAD");
    });
    await fc.assert(signed, { numRuns: 200 });
  });
});

describe("nothing of a signed request can be changed", () => {
  const request: PlainRequest = {
    method: "PUT",
    path: "/objects/updates/a%20b",
    query: { prefix: "a", uploadId: "1" },
    headers: {
      host: "127.0.0.1:4720",
      "if-none-match": "*",
      "x-amz-meta-a": "1",
      "content-type": "text/plain",
    },
    body: "hello",
  };
  const signing = { credentials: session, service: "s3", date: new Date(now) };
  type Change = (sent: PlainRequest) => Partial<PlainRequest>;
  const header =
    (name: string, value: string): Change =>
    ({ headers }) => ({ headers: { ...headers, [name]: value } });
  const parameter =
    (name: string, value: string): Change =>
    ({ query }) => ({ query: { ...query, [name]: value } });
  const without: Change = ({ headers: { "if-none-match": _, ...headers } }) => ({ headers });
  const changes: [what: string, change: Change, kind: string][] = [
    ["the method", () => ({ method: "GET" }), "mismatch"],
    ["the path", () => ({ path: "/objects/updates/a%20c" }), "mismatch"],
    ["the path's case", () => ({ path: "/objects/Updates/a%20b" }), "mismatch"],
    ["a parameter", parameter("prefix", "b"), "mismatch"],
    ["one more parameter", parameter("versionId", "1"), "mismatch"],
    ["a header", header("if-none-match", "x"), "mismatch"],
    ["a lost header", without, "mismatch"],
    ["metadata", header("x-amz-meta-a", "2"), "mismatch"],
    ["the host", header("host", "localhost:4720"), "mismatch"],
    ["metadata that was not signed", header("x-amz-meta-b", "2"), "headers-unsigned"],
    ["nothing", () => ({}), sessionOfRole.callerArn],
  ];

  test.each(changes)("%s, signed in the header", async (_, change, kind) => {
    const sent = await signedBySdk(request, signing);
    expect(verify(messageOf({ ...sent, ...change(sent) }), "s3", hashOf("hello"))).toBe(kind);
  });

  test.each(changes)("%s, signed in the address", async (_, change, kind) => {
    const sent = await presignedBySdk(request, signing, 60);
    expect(verify(messageOf({ ...sent, ...change(sent) }), "s3", "UNSIGNED-PAYLOAD")).toBe(kind);
  });

  test("the body", async () => {
    const sent = await signedBySdk(request, signing);
    expect(verify(messageOf(sent), "s3", hashOf("hallo"))).toBe("mismatch");
  });

  test.each([
    ["X-Amz-Expires", "604800"],
    ["X-Amz-Date", "20261129T132959Z"],
  ])("%s of an address", async (name, value) => {
    const sent = await presignedBySdk(request, signing, 60);
    const longer = { ...sent, query: { ...sent.query, [name]: value } };
    expect(verify(messageOf(longer), "s3", "UNSIGNED-PAYLOAD")).toBe("mismatch");
    expect(verify(messageOf(sent), "s3", "UNSIGNED-PAYLOAD")).toBe(sessionOfRole.callerArn);
  });

  test("a header that comes twice, of which Node shows one", async () => {
    const sent = await signedBySdk(request, signing);
    const message = messageOf(sent);
    message.rawHeaders.push("content-type", "text/html");
    expect(verify(message, "s3", hashOf("hello"))).toBe("mismatch");
  });
});

test("what was signed for one service is none for another", async () => {
  const request = { method: "GET", path: "/", headers: { host: "127.0.0.1:4720" } };
  const sent = await signedBySdk(request, { credentials, service: "lambda", date: new Date(now) });
  expect(verify(messageOf(sent), "lambda", hashOf(""))).toBe(callerOf(credentials));
  expect(verify(messageOf(sent), "states", hashOf(""))).toBe("scope");
});

test("a message that nobody has verified is nobody's", () => {
  const message = messageOf({ method: "GET", path: "/", headers: {} });
  expect(() => identityOf(message)).toThrow("has not been verified");
});

test("credentials are forgotten an hour after their end, and are told as ended until then", () => {
  let time = now;
  const short = new CredentialStore(() => time);
  const first = short.issue(sessionOfRole, 900);
  time += (900 + 3599) * 1000;
  short.issue(sessionOfRole, 900);
  expect(short.find(first.accessKeyId)?.identity).toBe(sessionOfRole);
  time += 2000;
  short.issue(sessionOfRole, 900);
  expect(short.find(first.accessKeyId)).toBeUndefined();
});

test("a session that does not end has new credentials before those that it has do", () => {
  let time = now;
  const current = new CredentialStore(() => time).renewed(sessionOfRole);
  const first = current();
  time += 49 * 60_000;
  expect(current()).toBe(first);
  time += 2 * 60_000;
  expect(current()).not.toBe(first);
});
