import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDataset } from "../../../cli/dataset/open.ts";
import { idxNames } from "../../../mnist/published.ts";
import { type Answer, closedMirror, type Mirror, openMirror, serve, status } from "../../mnist/mirror.ts";
import { tiny, tinyGz } from "../../mnist/tiny-idx.ts";

vi.mock("../../../mnist/published.ts", async (original) => ({
  ...(await original<object>()),
  published: (await import("../../mnist/tiny-idx.ts")).tinyPublished,
}));

const limits = {
  connectMs: 1_000,
  stallMs: 1_000,
  totalMs: 2_000,
  passes: 2,
  backoffMs: 10,
  offlineAfterMs: 500,
};

let root = "";
let cache = "";
const opened: Mirror[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "fedstep-data-"));
  cache = join(root, "fedstep", "mnist");
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((mirror) => mirror.close()));
  await rm(root, { recursive: true, force: true });
});

async function mirror(...answers: Answer[]): Promise<Mirror> {
  const open = await openMirror(...answers);
  opened.push(open);
  return open;
}

const open = (mirrors: string, env: NodeJS.ProcessEnv = {}) =>
  openDataset({ env: { XDG_CACHE_HOME: root, FEDSTEP_MNIST_MIRRORS: mirrors, ...env }, limits });

const trainPixels = tiny["train-images-idx3-ubyte"].subarray(16);
const testPixels = tiny["t10k-images-idx3-ubyte"].subarray(16);

function expectTiny(
  dataset: Awaited<ReturnType<typeof open>>,
  source: string,
  readWith?: readonly string[],
): void {
  const { notes: _, ...rest } = dataset;
  expect(rest).toEqual({
    name: "mnist",
    source,
    ...(readWith && { readWith }),
    classes: 10,
    imageShape: [2, 3],
    officialTest: 20,
    examples: {
      x: Uint8Array.from([...trainPixels, ...testPixels]),
      y: Int32Array.from({ length: 60 }, (_, i) => (i < 40 ? i % 10 : (i - 40 + 5) % 10)),
      count: 60,
      features: 6,
    },
  });
}

describe("MNIST", () => {
  it("is downloaded once, training part first, and then comes from the cache", async () => {
    const { url, asked } = await mirror(serve);
    const first = await open(url);
    expectTiny(first, "download");
    expect(first.notes).toEqual([`${cache} does not hold all of MNIST yet`]);
    const second = await open(url);
    expectTiny(second, "cache");
    expect(second.notes).toEqual([]);
    expect(asked).toHaveLength(4);
  });

  it("lies in the cache decompressed, under its names, and nothing beside it", async () => {
    await open((await mirror(serve)).url);
    expect((await readdir(cache)).sort()).toEqual([...idxNames].sort());
    for (const name of idxNames) expect(await readFile(join(cache, name))).toEqual(tiny[name]);
  });

  it("is downloaded by several at once without harm", async () => {
    const { url } = await mirror(serve);
    const all = await Promise.all([open(url), open(url), open(url)]);
    for (const dataset of all) expectTiny(dataset, "download");
    expect((await readdir(cache)).sort()).toEqual([...idxNames].sort());
    expectTiny(await open(await closedMirror()), "cache");
  });

  it("has only its damaged file downloaded again, and says so", async () => {
    await open((await mirror(serve)).url);
    const damaged = join(cache, "t10k-labels-idx1-ubyte");
    await writeFile(damaged, Buffer.alloc(28));
    const { url, asked } = await mirror(serve);
    const dataset = await open(url);
    expectTiny(dataset, "download");
    expect(dataset.notes).toContain(`${damaged} is damaged: its SHA-256 is not that of MNIST`);
    expect(asked).toEqual(["/mnist/t10k-labels-idx1-ubyte.gz"]);
    expect(await readFile(damaged)).toEqual(tiny["t10k-labels-idx1-ubyte"]);
  });

  it("is taken from the second mirror, which the notes tell", async () => {
    const first = await mirror(status(404));
    const dataset = await open(`${first.url},${(await mirror(serve)).url}`);
    expectTiny(dataset, "download");
    expect(dataset.notes).toContain(`${first.url}train-images-idx3-ubyte.gz: HTTP status 404`);
  });

  it("is used though the cache cannot keep it, which the notes tell", async () => {
    await mkdir(join(root, "fedstep"));
    await writeFile(cache, "a file where the folder should be");
    const dataset = await open((await mirror(serve)).url);
    expectTiny(dataset, "download");
    expect(dataset.notes.filter((note) => note.includes("could not be kept"))).toHaveLength(4);
  });
});

describe("no half-written file", () => {
  it("is left by a body that breaks off, nor by one with another digest", async () => {
    const cut: Answer = (response, file) => {
      const body = tinyGz[file] as Buffer;
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, 20), () => response.destroy());
    };
    await expect(open((await mirror(serve, cut)).url)).rejects.toThrow(/broke off/);
    expect(await readdir(cache)).toEqual(["train-images-idx3-ubyte"]);
    const wrong: Answer = (response) => response.end("another file");
    await expect(open((await mirror(wrong)).url)).rejects.toThrow(/serves another file/);
    expect(await readdir(cache)).toEqual(["train-images-idx3-ubyte"]);
  });

  it("is left by an interruption", async () => {
    const { url } = await mirror(serve, () => {});
    const interrupt = new AbortController();
    const ended = openDataset({
      env: { XDG_CACHE_HOME: root, FEDSTEP_MNIST_MIRRORS: url },
      limits,
      signal: interrupt.signal,
    });
    setTimeout(() => interrupt.abort(new Error("interrupted")), 100);
    await expect(ended).rejects.toThrow("interrupted");
    expect(await readdir(cache)).toEqual(["train-images-idx3-ubyte"]);
  });
});

describe("the embedded sample", () => {
  it("stands in when no mirror can be reached, with every reason", async () => {
    const gone = await closedMirror();
    const dataset = await open(gone);
    expect(dataset).toMatchObject({ name: "mnist-sample", source: "embedded sample", classes: 10 });
    expect(dataset.examples.count).toBe(10_000);
    expect(dataset.notes).toEqual([
      `${cache} does not hold all of MNIST yet`,
      `${gone}train-images-idx3-ubyte.gz: ECONNREFUSED`,
      expect.stringMatching(/^no mirror can be reached, so the 10000 digits/),
    ]);
  });

  it("never stands in for what a mirror serves wrongly", async () => {
    const { url } = await mirror((response) => response.end("<html>"));
    await expect(open(`${await closedMirror()},${url}`)).rejects.toMatchObject({ name: "DatasetInvalid" });
  });
});

describe("a folder that the user names", () => {
  it("comes before cache and mirrors, --data before FEDSTEP_DATA", async () => {
    const { url, asked } = await mirror(serve);
    await open(url);
    const [one, two] = [join(root, "one"), join(root, "two")];
    for (const folder of [one, two]) {
      await mkdir(folder);
      for (const name of idxNames) await writeFile(join(folder, name), tiny[name]);
    }
    await rm(join(one, "t10k-labels-idx1-ubyte"));
    expectTiny(await open(url, { FEDSTEP_DATA: two }), "directory", ["--data", "two"]);
    const env = { XDG_CACHE_HOME: root, FEDSTEP_DATA: two };
    await expect(openDataset({ data: one, env })).rejects.toThrow(
      /^--data: .*one lacks the labels that belong to t10k-images-idx3-ubyte/,
    );
    expect(asked).toHaveLength(4);
  });

  it("is an error where it is not there, never passed over", async () => {
    const { url } = await mirror(serve);
    await open(url);
    await expect(open(url, { FEDSTEP_DATA: join(root, "no") })).rejects.toThrow(
      /^FEDSTEP_DATA: .*no: there is no such file or folder/,
    );
    await expect(openDataset({ data: "", env: { XDG_CACHE_HOME: root } })).rejects.toThrow(
      "--data: names no folder or file",
    );
  });

  it("counts as not named where FEDSTEP_DATA is empty", async () => {
    const { url } = await mirror(serve);
    expectTiny(await open(url, { FEDSTEP_DATA: "" }), "download");
  });
});

describe("a cache that may not be read", () => {
  it.skipIf(process.getuid?.() === 0)("is passed over with a note", async () => {
    const { url } = await mirror(serve);
    await open(url);
    const closed = join(cache, "t10k-labels-idx1-ubyte");
    await chmod(closed, 0);
    expect((await open(url)).notes).toContain(`${closed} cannot be read (EACCES)`);
  });
});
