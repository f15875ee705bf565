import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pathOfFunction } from "../../../local/assembly/function-url.ts";
import { enforced, own } from "../iam/enforced.ts";
import { elsewhere, type GivenStatement, policy } from "../iam/policies.ts";
import { refusal } from "../s3/endpoint.ts";
import { arnOf, eventually, toyFunction, toyLambda } from "./toy-functions.ts";

/** Does what its request's body says: answers, fails, waits until the test lets it go. */
const source = `
import { existsSync } from "node:fs";
export const handler = async (event) => {
  const { answer, fail, large, until } = JSON.parse(event.body?.startsWith("{") ? event.body : "{}");
  if (fail) throw new Error("as asked");
  if (large) return "x".repeat(large);
  while (until && !existsSync(until)) await new Promise((done) => setTimeout(done, 10));
  return answer === undefined ? event : answer;
};
`;

const everybody = (action: string, Condition: object): GivenStatement => ({
  Principal: "*",
  Action: `lambda:${action}`,
  Resource: "*",
  Condition,
});
const byUrl = everybody("InvokeFunctionUrl", { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } });
const invoked = everybody("InvokeFunction", { Bool: { "lambda:InvokedViaFunctionUrl": "true" } });
const signedOnly = everybody("InvokeFunctionUrl", {
  StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" },
});
const forAccount = { ...byUrl, Principal: { AWS: own } };
const denied = { ...byUrl, Effect: "Deny" as const };

/** What the policy of each function says. */
const policies: Readonly<Record<string, readonly GivenStatement[]>> = {
  door: [byUrl, invoked],
  narrow: [byUrl, invoked],
  hidden: [byUrl, invoked],
  half: [byUrl],
  otherHalf: [invoked],
  signedOnly: [signedOnly, invoked],
  forAccount: [forAccount, invoked],
  denied: [byUrl, invoked, denied],
};

const { access, authenticator, settingsOf } = enforced({
  resourcePolicies: new Map(
    Object.entries(policies).map(([name, statements]) => [arnOf(name), policy("resource", ...statements)]),
  ),
});
let lambda: Awaited<ReturnType<typeof toyLambda>>;
beforeAll(async () => {
  const names = [...Object.keys(policies), "bare"];
  lambda = await toyLambda(
    (folder) =>
      Promise.all(
        names.map((name) =>
          toyFunction(folder, {
            name,
            source,
            hasUrl: name !== "hidden",
            ...(name === "narrow" && { reservedConcurrency: 1 }),
          }),
        ),
      ),
    { access, authenticator },
  );
});
afterAll(() => lambda[Symbol.asyncDispose]());

const at = (name: string, rest = "/") => `${lambda.url}${pathOfFunction(arnOf(name))}${rest}`;
const ask = (body: object | string, name = "door", headers: Record<string, string> = {}) =>
  fetch(at(name), {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });

describe("what a function is told", () => {
  test("is payload format 2.0, of a request that nobody signed", async () => {
    const before = Date.now();
    const answer = await fetch(at("door", "/jobs/a%20b//c?round=3&tag=x&tag=y%26z&empty"), {
      method: "PUT",
      body: "plain äöü",
      headers: { "Content-Type": "text/plain", "X-Many": "1", Cookie: "a=1; b=2", "User-Agent": "owner/1" },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    const event = Object(await answer.json());
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/jobs/a%20b//c",
      rawQueryString: "round=3&tag=x&tag=y%26z&empty",
      queryStringParameters: { round: "3", tag: "x,y&z", empty: "" },
      cookies: ["a=1", "b=2"],
      headers: { "content-type": "text/plain", "x-many": "1", "user-agent": "owner/1" },
      body: "plain äöü",
      isBase64Encoded: false,
      requestContext: {
        accountId: "anonymous",
        http: {
          method: "PUT",
          path: "/jobs/a%20b//c",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "owner/1",
        },
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
    });
    expect(event.headers).not.toHaveProperty("cookie");
    expect(event.requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
    expect(event.requestContext.timeEpoch).toBeLessThanOrEqual(Date.now());
  });

  test("has bytes in base64, and no body where there is none", async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const headers = { "content-type": "application/octet-stream" };
    const sent = await (await fetch(at("door"), { method: "POST", body: bytes, headers })).json();
    expect(sent).toMatchObject({ body: bytes.toString("base64"), isBase64Encoded: true });
    const bare = await (await fetch(at("door", ""))).json();
    expect(bare).toMatchObject({ rawPath: "/", rawQueryString: "", isBase64Encoded: false });
    expect(bare).not.toHaveProperty("body");
    expect(bare).not.toHaveProperty("queryStringParameters");
  });
});

describe("what a function answers", () => {
  const b64 = Buffer.from([0, 1, 255]).toString("base64");
  test.each<[string, unknown, number, string]>([
    ["an object is JSON", { job: 7 }, 200, '{"job":7}'],
    ["a text is JSON", "text", 200, '"text"'],
    ["null is JSON", null, 200, "null"],
    ["says its status", { statusCode: 404, body: "none" }, 404, "none"],
    ["needs no body", { statusCode: 204 }, 204, ""],
    ["is bytes", { statusCode: 200, body: b64, isBase64Encoded: true }, 200, "\u0000\u0001\ufffd"],
    ["is no status", { statusCode: "many" }, 502, '{"Message":"Internal Server Error"}'],
    ["is out of range", { statusCode: 1000 }, 502, '{"Message":"Internal Server Error"}'],
    ["is no body", { statusCode: 200, body: { a: 1 } }, 502, '{"Message":"Internal Server Error"}'],
    ["is a header that splits", { statusCode: 200, headers: { a: "b\r\nc: d" } }, 502, ""],
  ])("%s", async (_, answer, status, body) => {
    const given = await ask({ answer });
    expect([given.status, await given.text()]).toEqual([status, body]);
  });

  test("has headers and cookies of its own, the connection's aside", async () => {
    const headers = {
      "Content-Type": "text/plain",
      "X-Round": 3,
      "Content-Length": 9000,
      Connection: "close",
    };
    const answer = { statusCode: 200, headers, cookies: ["a=1", "b=2"], body: "ok" };
    const given = await ask({ answer });
    expect(await given.text()).toBe("ok");
    expect(given.headers.get("content-type")).toBe("text/plain");
    expect(given.headers.get("x-round")).toBe("3");
    expect(given.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test.each([
    ["an error", { fail: true }],
    ["more than 6 MB", { large: 7 << 20 }],
  ])("that is %s is a 502, and tells nothing of it", async (_, body) => {
    const given = await ask(body);
    expect([given.status, await given.text()]).toEqual([502, '{"Message":"Internal Server Error"}']);
  });
});

test("a request of more than 6 MB is a 413, with its length or without", async () => {
  const large = Buffer.alloc((6 << 20) + 1, "x");
  const headers = { "content-type": "text/plain" };
  expect((await fetch(at("door"), { method: "POST", body: large, headers })).status).toBe(413);
  const body = new Blob([large]).stream();
  expect(
    (await fetch(at("door"), { method: "POST", body, duplex: "half", headers } as RequestInit)).status,
  ).toBe(413);
  // an event, of which the body is a part
  const escaped = Buffer.alloc((3 << 20) + 100_000, "\n");
  expect((await fetch(at("door"), { method: "POST", body: escaped, headers })).status).toBe(413);
});

describe("who may", () => {
  test.each(["bare", "half", "otherHalf", "signedOnly", "forAccount", "denied", "hidden", "nobody"])(
    "not ask %s, which tells nothing",
    async (name) => {
      const given = await ask({}, name);
      expect([given.status, await given.text()]).toEqual([403, '{"Message":"Forbidden"}']);
    },
  );

  test("is not found out by a signature, good or bad", async () => {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00";
    expect((await ask({}, "door", { authorization })).status).toBe(200);
    expect((await ask({}, "half", { authorization })).status).toBe(403);
  });

  test("by a URL may not by the API", async () => {
    const Action = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"];
    const stranger = new LambdaClient(settingsOf(lambda.url, elsewhere, { Action, Resource: "*" }));
    const asked = stranger.send(new InvokeCommand({ FunctionName: arnOf("door") }));
    expect(await refusal(asked)).toMatchObject({ name: "AccessDeniedException" });
  });

  test.each<[string, Record<string, string>]>([
    ["under another host's name", { host: "door.example" }],
    ["from a page", { origin: "https://page.example" }],
    ["from a page's form", { "sec-fetch-site": "cross-site" }],
  ])("not ask %s", async (_, headers) => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(at("door"), { method: "POST", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on("error", reject);
      asked.end("{}");
    });
    expect(status).toBe(403);
  });
});

test("a function's own concurrency is kept, at its URL and by the API, and is no other function's", async () => {
  const go = `${lambda.folder}/go`;
  const first = ask({ until: go }, "narrow");
  const api = new LambdaClient(settingsOf(lambda.url, own, { Action: "lambda:*", Resource: "*" }));
  const invoke = () => api.send(new InvokeCommand({ FunctionName: arnOf("narrow") }));
  await eventually("the first one is in", async () => (await ask({}, "narrow")).status === 429, 30_000);
  await expect(invoke()).rejects.toMatchObject({
    name: "TooManyRequestsException",
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
  });
  expect((await ask({}, "door")).status).toBe(200);
  await writeFile(go, "");
  expect((await first).status).toBe(200);
  expect((await ask({}, "narrow")).status).toBe(200);
});
