import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { limitsOf, type TrainingWork, train } from "../../owner/train.ts";
import { folder } from "./homes.ts";

const generous = { timeoutSeconds: 60, memoryBytes: 2 ** 31 };
const work: TrainingWork = {
  input: {
    ...{ run: "clinics.first", plan: "a".repeat(64), writer: "0", round: 1, attempt: 1 },
    ...{ task: "train", client: 0, chainSha256: "a".repeat(64) },
  },
  objects: new Map(),
  examples: {
    train: { x: new Float32Array(0), y: new Int32Array(0), count: 0, features: 0 },
    heldOut: { x: new Float32Array(0), y: new Int32Array(0), count: 0, features: 0 },
  },
  dataMac: "a".repeat(64),
  secretKey: new Uint8Array(32),
};
const bundleOf = (body: string) => ({
  bytes: Buffer.from(`export async function workAtOwner(work) { ${body} }`),
  sha256: "",
});

test("what trains has a low priority, and no part of this environment", async () => {
  process.env.FEDSTEP_TEST_SECRET = "of this process alone";
  const written = await train(
    bundleOf(`const { getPriority } = await import("node:os");
      return new Map([["a", new TextEncoder().encode(JSON.stringify([getPriority(), process.env]))]]);`),
    work,
    generous,
  );
  const [priority, env] = JSON.parse(Buffer.from(written.get("a") ?? []).toString());
  expect(priority).toBeGreaterThan(0);
  expect(Object.keys(env)).not.toContain("FEDSTEP_TEST_SECRET");
});

test.each([
  ["that never ends", "for (;;) {}", { ...generous, timeoutSeconds: 1 }, /took more than 1 s/],
  [
    "that takes more and more memory outside of V8's heap",
    "const all = []; for (;;) all.push(new Uint8Array(2 ** 24).fill(1));",
    { ...generous, memoryBytes: 3e8 },
    /ended by SIGKILL/,
  ],
  [
    "that takes more and more objects",
    "const all = []; for (;;) all.push({ a: [all.length] });",
    { ...generous, memoryBytes: 1.2e8 },
    /ended by/,
  ],
])("a training %s is ended", async (_, body, limits, message) => {
  await expect(train(bundleOf(body), work, limits)).rejects.toThrow(message);
});

test("what is left of an invocation is no whole number of milliseconds, nor is the half of it", async () => {
  const limits = { ...generous, timeoutSeconds: 59.0005 };
  expect((await train(bundleOf("return new Map();"), work, limits)).size).toBe(0);
});

test("whoever gives up ends what trains, whatever it is doing", async () => {
  const giveUp = new AbortController();
  const mark = join(folder(), "started");
  const trained = train(
    bundleOf(
      `(await import("node:fs")).writeFileSync(${JSON.stringify(mark)}, String(process.pid)); for (;;) {}`,
    ),
    work,
    generous,
    giveUp.signal,
  );
  const pid = await until(() => Number(readFileSync(mark, "utf8")) || undefined);
  giveUp.abort(new Error("no more"));
  await expect(trained).rejects.toThrow("no more");
  await until(() => isGone(pid) || undefined);
});

test("what trains outlives nobody who was killed, whatever it is doing", async () => {
  const place = folder();
  const [bundle, mark] = [join(place, "index.mjs"), join(place, "started")];
  writeFileSync(
    bundle,
    `import { writeFileSync } from "node:fs";
    export function workAtOwner() { writeFileSync(${JSON.stringify(mark)}, String(process.pid)); for (;;) {} }`,
  );
  const child = fileURLToPath(new URL("../../owner/training-child.mjs", import.meta.url));
  const script = `const { fork } = require("node:child_process");
    const options = { serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"] };
    const { bundle, memoryBytes } = JSON.parse(process.argv[2]);
    fork(process.argv[1], options).send({ bundle, task: "workAtOwner", work: {}, memoryBytes });`;
  const asked = JSON.stringify({ bundle, memoryBytes: generous.memoryBytes });
  const owner = spawn(process.execPath, ["-e", script, child, asked], { stdio: "ignore" });
  const pid = await until(() => Number(readFileSync(mark, "utf8")) || undefined);
  owner.kill("SIGKILL");
  await until(() => isGone(pid) || undefined);
});

test("a training has as long as a round waits at the most, and half of the memory", () => {
  const { timeoutSeconds, memoryBytes } = limitsOf({ waitMinutes: 10 });
  expect(timeoutSeconds).toBe(3600);
  expect(memoryBytes).toBeGreaterThan(2 ** 28);
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    try {
      const found = look();
      if (found !== undefined) return found;
    } catch {
      // not there yet
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
