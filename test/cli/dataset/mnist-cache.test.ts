import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cacheFolder } from "../../../cli/dataset/mnist-cache.ts";

const module = new URL("../../../cli/dataset/mnist-cache.ts", import.meta.url).href;

/** Writes a megabyte of one byte again and again. */
const writer = (folder: string, byte: number) => `
  const { keepInCache } = await import(${JSON.stringify(module)});
  for (let i = 0; i < 30; i++) {
    const note = await keepInCache(${JSON.stringify(folder)}, "t10k-labels-idx1-ubyte", Buffer.alloc(1e6, ${byte}));
    if (note) throw new Error(note);
  }`;

it("two processes that keep the same file at once never show half of one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fedstep-cache-"));
  const writers = [1, 2].map((byte) =>
    spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", writer(folder, byte)], {
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  let running = writers.length;
  const ends = writers.map(async (child) => {
    const [code] = await once(child, "exit");
    running--;
    return code;
  });
  const seen = new Set<string>();
  const look = async () => {
    const bytes = await readFile(join(folder, "t10k-labels-idx1-ubyte")).catch(() => undefined);
    if (bytes) seen.add(`${bytes.length} bytes of ${[...new Set(bytes)]}`);
  };
  while (running > 0) {
    await look();
    await new Promise((done) => setTimeout(done, 2));
  }
  await look();
  expect(await Promise.all(ends)).toEqual([0, 0]);
  // which of the two is seen, and whether both are, is up to the machine
  expect([...seen].filter((content) => !/^1000000 bytes of [12]$/.test(content))).toEqual([]);
  expect(seen.size).toBeGreaterThan(0);
  expect(await readdir(folder)).toEqual(["t10k-labels-idx1-ubyte"]);
  await rm(folder, { recursive: true });
});

it("the cache lies below XDG_CACHE_HOME where that is an absolute path", () => {
  expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/someone" })).toBe("/var/cache/someone/fedstep/mnist");
  expect(cacheFolder({ XDG_CACHE_HOME: "relative" })).not.toContain("relative");
  expect(cacheFolder({})).toMatch(/fedstep.*mnist$/);
});
