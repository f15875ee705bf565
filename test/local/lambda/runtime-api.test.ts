import { once } from "node:events";
import { request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { startRuntimeApi } from "../../../local/lambda/runtime-api.ts";

/** A Runtime API, and what it was told by whoever asked it. */
async function toyApi() {
  const told: string[] = [];
  const api = await startRuntimeApi({
    polled: () => told.push("polled"),
    responded: (id, payload) => told.push(`responded ${id} ${payload}`),
    tooLarge: (id) => told.push(`too large ${id}`),
    failed: (id, error) => told.push(`failed ${id} ${error}`),
    initFailed: (error) => told.push(`init failed ${error}`),
  });
  onTestFinished(() => api.close());
  const [authority = "", secret = ""] = api.address.split("/");
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const [host, port] = authority.split(":");
    const outgoing = request({ host, port, method, path, headers });
    outgoing.end(method === "POST" ? '"forged"' : undefined);
    const [response] = await once(outgoing, "response");
    response.resume();
    return response.statusCode;
  };
  return { told, ask, authority, secret };
}

const version = "2018-06-01/runtime";

test("an invocation is answered by whoever knows the secret of its environment", async () => {
  const { told, ask, secret } = await toyApi();
  expect(await ask("POST", `/${secret}/${version}/invocation/1/response`)).toBe(202);
  expect(await ask("POST", `/${secret}/${version}/invocation/2/error`)).toBe(202);
  expect(told).toEqual(['responded 1 "forged"', 'failed 2 "forged"']);
});

test("another user of the machine neither answers an invocation nor takes one", async () => {
  const { told, ask, secret } = await toyApi();
  const other = secret.replace(/./, (digit) => (digit === "0" ? "1" : "0"));
  for (const start of ["", `/${other}`, `/${secret.slice(0, -1)}`, "//", `/x/${secret}`]) {
    for (const path of ["invocation/1/response", "invocation/1/error", "init/error"]) {
      expect(await ask("POST", `${start}/${version}/${path}`)).toBe(403);
    }
    expect(await ask("GET", `${start}/${version}/invocation/next`)).toBe(403);
  }
  expect(told).toEqual([]);
});

test.each([
  ["of another origin", { origin: "https://page.example" }],
  ["of no origin", { origin: "null" }],
  ["of another site", { "sec-fetch-site": "cross-site" }],
  ["under a name that leads here", { host: "page.example:80" }],
])("nor does a web page %s, even if it knew the secret", async (_, headers: Record<string, string>) => {
  const { told, ask, secret } = await toyApi();
  expect(await ask("POST", `/${secret}/${version}/invocation/1/response`, headers)).toBe(403);
  expect(await ask("GET", `/${secret}/${version}/invocation/next`, headers)).toBe(403);
  expect(told).toEqual([]);
});

test("the secrets of two environments are two", async () => {
  const [one, other] = [await toyApi(), await toyApi()];
  expect(one.secret).toMatch(/^[0-9a-f]{64}$/);
  expect(one.secret).not.toBe(other.secret);
});
