import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { readAlone } from "../../../owner/alone.ts";
import { doJob } from "../../../owner/do-job.ts";
import { openHome } from "../../../owner/home.ts";
import { leaveFederation } from "../../../owner/leave.ts";
import { outFile } from "../../../owner/leaving.ts";
import { Transport } from "../../../owner/run/transport.ts";
import type { Bundle } from "../../../owner/train.ts";
import { keys } from "../../../shared/layout.ts";
import type { Agreement } from "../../../shared/owners/agreement.ts";
import type { JobAnswer } from "../../../shared/owners/door-protocol.ts";
import { agreementOf } from "../../shared/owners/agreed.ts";
import { newSigner } from "../../shared/owners/keys.ts";
import { folder } from "../homes.ts";
import { doingOf, run } from "../working-owners.ts";
import { type AskedOwner, askedOwner, trainingBundle } from "./asked-owner.ts";
import { takes } from "./taking.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);
afterEach(() => vi.unstubAllEnvs());

const update = keys.update(run, 1, 1, 1);
const entriesOf = async ({ owner }: AskedOwner) => (await openHome(owner.home.place)).log.entries;

/** An owner that takes part until the test has seen enough. */
function begun({ owner, agreed, door }: AskedOwner, changes: Parameters<typeof takes>[1] = {}) {
  const told: string[] = [];
  const stop = new AbortController();
  const tell = (line: string) => void told.push(line);
  const ended = takes(
    { owner, agreed, bundle, url: door.url, signal: stop.signal },
    { until: "stopped", tell, ...changes },
  );
  const end = async () => {
    stop.abort(new Error("seen enough"));
    await expect(ended).rejects.toThrow("seen enough");
  };
  return { told, end };
}

test.each([2 ** 32, Number.MAX_SAFE_INTEGER])(
  "a round that no run has is refused before what led to it is listed: %i",
  async (round) => {
    const asked = await askedOwner(bundle);
    const { door } = asked;
    door.lie = (_, reply) => {
      const body = reply.body as JobAnswer;
      return { ...reply, body: { at: body.at, job: { ...asked.job, round }, reads: [] } };
    };
    const { told, end } = begun(asked);
    await expect.poll(() => told.join(), { timeout: 30_000 }).toMatch(/refuses round \d+.*DoorUntrusted/);
    await end();
    const last = (await entriesOf(asked)).at(-1);
    expect(last).toMatchObject({ event: "refused", about: expect.stringContaining("has 3 at most") });
  },
);

describe("an update that cannot be sent yet is never sent", () => {
  test.each<[string, (home: Awaited<ReturnType<typeof openHome>>) => Promise<unknown>]>([
    ["has left", (home) => leaveFederation(home, "clinics", outFile(`${folder()}/leave.json`), new Date())],
    ["has paused", (home) => home.log.append({ event: "paused" }, new Date())],
  ])("where the owner %s meanwhile", async (_, withdraw) => {
    const asked = await askedOwner(bundle);
    const { door, bucket, key, job, owner } = asked;
    const ended = door.wait(key, job);
    let open = false;
    let puts = 0;
    door.storage = (request, response) => {
      if (open || request.method !== "PUT") return false;
      if (++puts === 1) void withdrawn();
      response.writeHead(503).end();
      return true;
    };
    const withdrawn = async () => {
      await withdraw(await openHome(owner.home.place));
      open = true;
    };
    const { end } = begun(asked);
    expect(await ended).toEqual({ client: 1, error: { Error: "OwnerPaused" } });
    await end();
    expect(puts).toBeGreaterThan(0);
    expect(bucket.contents.has(update)).toBe(false);
    expect((await entriesOf(asked)).at(-1)).toMatchObject({ event: "refused", refusal: "OwnerPaused" });
  });
});

test("a clock that is set right after it was mended is mended once more", async () => {
  const asked = await askedOwner(bundle);
  const { door, key, job } = asked;
  door.skewMs = 3_600_000;
  const { told, end } = begun(asked);
  await expect.poll(() => door.asked.length, { timeout: 30_000 }).toBeGreaterThan(2);
  door.skewMs = 0;
  void door.wait(key, job);
  await expect.poll(() => told.at(-1), { timeout: 60_000 }).toMatch(/^sent/);
  await end();
  expect(told.filter((line) => line.includes("DoorUntrusted"))).toEqual([]);
});

test.each([
  ["fields without end", 200, Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`x${at}`, at]))],
  ["lines", 403, { at: "2026-11-29T20:00:00Z", error: "WrongDoor", message: "no\n2026  sent 5 bytes" }],
])("what a door says is one short line, whatever it says: %s", async (_, status, body) => {
  const asked = await askedOwner(bundle);
  asked.door.lie = () => ({ status, body });
  const { told, end } = begun(asked);
  await expect.poll(() => told.length, { timeout: 30_000 }).toBeGreaterThan(0);
  await end();
  for (const line of told) {
    expect(line.length).toBeLessThan(500);
    expect(line).not.toContain("\n");
  }
});

test("an agreement that was accepted since the owner began to take part counts", async () => {
  const { config } = agreementOf(await Promise.all([newSigner(), newSigner(), newSigner()]));
  const larger = { ...config, model: { ...config.model, hidden: [500] } } as Agreement["config"];
  const asked = await askedOwner(bundle, { config: larger });
  const { agreed, door, key, job } = asked;
  const ended = door.wait(key, job);
  // by it the model of today would be too large
  const before = { ...agreed, config: { ...agreed.config, model: { ...agreed.config.model, hidden: [] } } };
  const { end } = begun({ ...asked, agreed: before as typeof agreed });
  expect(await ended).toMatchObject({ sha256: expect.any(String) });
  await end();
});

test("a run that ends before anything was trained leaves a home that can be read", async () => {
  const { bucket, agreed, owner, job } = await askedOwner(bundle);
  const { agreement: _, ...input } = job;
  const doing = doingOf(bucket, agreed, owner, bundle, { ...input, task: "evaluate" });
  for (const attempt of [1, 2]) {
    const done = await doJob(await openHome(owner.home.place), { ...doing, job: { ...doing.job, attempt } });
    expect(done).toMatchObject({ final: true });
  }
  expect(await readAlone(owner.home, run)).toBeUndefined();
});

const remote = { url: "https://door.example.com/", host: "door.example.com" };
const away = { ...remote, storage: "https://bucket.example.com", local: false };

test("a stranger's certificate is believed by no setting of the environment", async () => {
  const place = folder();
  const [keyFile, certificate] = [join(place, "key.pem"), join(place, "cert.pem")];
  const options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost";
  execFileSync("openssl", [...options.split(" "), "-keyout", keyFile, "-out", certificate], {
    stdio: "ignore",
  });
  let asked = 0;
  const server = createServer(
    { key: readFileSync(keyFile), cert: readFileSync(certificate) },
    (_, response) => {
      asked++;
      response.end("{}");
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  vi.stubEnv("HTTPS_PROXY", "");
  const transport = await Transport.open(away, undefined);
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  await expect(transport.exchange({ method: "GET", url, most: 100 })).rejects.toThrow(/SELF_SIGNED/);
  await transport.close();
  expect(asked).toBe(0);
});

test.each(["file:///etc/passwd", "proxy.example.com:8080", "ftp://owner:secret@proxy.example.com"])(
  "what is no proxy is refused by name, and not repeated: %s",
  async (proxy) => {
    vi.stubEnv("HTTPS_PROXY", proxy);
    const error = await Transport.open(away, undefined).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "OwnerInvalid", message: expect.stringContaining("HTTPS_PROXY") });
    expect(String(error)).not.toContain("secret");
  },
);
