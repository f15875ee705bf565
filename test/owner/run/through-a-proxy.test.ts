import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { doorOf } from "../../../owner/run/door-address.ts";
import { Transport } from "../../../owner/run/transport.ts";
import type { Bundle } from "../../../owner/train.ts";
import { askedOwner, trainingBundle } from "./asked-owner.ts";
import { hasOpenssl, newAuthority, newProxy, secureServer } from "./proxy.ts";
import { takes } from "./taking.ts";

const hosts = ["door.fedstep.test", "bucket.fedstep.test"];
const agreedDoor = { url: "https://door.fedstep.test/", storage: "https://bucket.fedstep.test" };
let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);
afterEach(() => {
  vi.unstubAllEnvs();
});

/** An owner behind a proxy and an authority of its house, and a door that nothing but the proxy leads to. */
async function behindAProxy() {
  const asked = await askedOwner(bundle, { door: agreedDoor });
  const authority = newAuthority(hosts);
  const { door } = asked;
  door.storageOrigin = agreedDoor.storage;
  const proxy = await newProxy(hosts, await secureServer(authority, door.listener));
  for (const name of [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
  ] as const)
    vi.stubEnv(name, undefined);
  return { ...asked, authority, proxy };
}

describe.skipIf(!hasOpenssl)("with openssl: behind a proxy", () => {
  test("an owner takes part, and asks for the two hosts that were agreed upon and for no other", async () => {
    const { door, key, job, authority, proxy, owner, agreed } = await behindAProxy();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const ended = door.wait(key, job);
    const told = await takes({ owner, agreed, bundle, url: "", ca: authority.file }, { until: "one job" });
    expect(await ended).toMatchObject({ client: 1, sha256: expect.any(String) });
    expect(new Set(proxy.asked)).toEqual(new Set(hosts.map((host) => `${host}:443`)));
    expect(told.join()).not.toContain("secret");
  });

  test("without it the door cannot be reached, and without the authority it is not believed", async () => {
    const { agreed, authority, proxy } = await behindAProxy();
    const address = doorOf(agreed, undefined);
    const exchange = async (ca: string | undefined) => {
      const transport = await Transport.open(address, ca);
      const asked = { method: "GET", url: address.url, most: 100 } as const;
      const error = await transport.exchange(asked).catch((error: unknown) => error);
      await transport.close();
      return error;
    };
    expect(await exchange(authority.file)).toMatchObject({
      name: "DoorUnreachable",
      message: expect.stringContaining("ENOTFOUND"),
    });
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    expect(await exchange(undefined)).toMatchObject({
      name: "DoorUnreachable",
      message: expect.stringMatching(/--ca FILE/),
    });
    expect(await exchange(authority.file)).toMatchObject({ status: 500 });
    vi.stubEnv("HTTPS_PROXY", proxy.url.replace("secret", "wrong"));
    const refused = await exchange(authority.file);
    expect(refused).toMatchObject({ name: "DoorUnreachable", message: expect.stringContaining("407") });
    vi.stubEnv("NO_PROXY", hosts.join());
    expect(await exchange(authority.file)).toMatchObject({ message: expect.stringContaining("ENOTFOUND") });
  });
});

test("what --ca names has to hold certificates", async () => {
  const address = { url: "", host: "", storage: "", local: true };
  await expect(Transport.open(address, "no-such-file")).rejects.toMatchObject({ name: "OwnerInvalid" });
  await expect(Transport.open(address, "package.json")).rejects.toThrow(/no certificate in PEM/);
});

describe("a door", () => {
  const agreed = { federation: "clinics", door: agreedDoor };
  const local = { ...agreed, door: null };
  test("is the one that was agreed upon, and no other", () => {
    expect(doorOf(agreed as never, undefined)).toMatchObject({ host: hosts[0], storage: agreedDoor.storage });
    expect(() => doorOf(agreed as never, "http://127.0.0.1:1/")).toThrow(/no other one is asked/);
  });

  test("that nobody agreed upon is on this machine", () => {
    expect(doorOf(local as never, "http://127.0.0.1:4566/x/")).toMatchObject({
      host: "127.0.0.1:4566",
      storage: "http://127.0.0.1:4566",
      local: true,
    });
    expect(() => doorOf(local as never, undefined)).toThrow(/names no door/);
    for (const url of [
      ...[
        "http://169.254.169.254/",
        "https://door.example/",
        "http://127.0.0.1.example/",
        "file:///etc/passwd",
        "x",
      ],
      "http://127.0.0.1@door.example/",
    ]) {
      expect(() => doorOf(local as never, url), url).toThrow(/comes by agreement/);
    }
  });
});
