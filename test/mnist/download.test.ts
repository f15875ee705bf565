import { afterEach, describe, expect, it, vi } from "vitest";
import { type DownloadOptions, downloadPublished } from "../../mnist/download.ts";
import { mirrorsOf } from "../../mnist/mirrors.ts";
import { publicMirrors } from "../../mnist/published.ts";
import { type Answer, closedMirror, type Mirror, openMirror, serve, status } from "./mirror.ts";
import { tiny, tinyGz } from "./tiny-idx.ts";

vi.mock("../../mnist/published.ts", async (original) => ({
  ...(await original<object>()),
  published: (await import("./tiny-idx.ts")).tinyPublished,
}));

const file = "train-images-idx3-ubyte";
const gz = tinyGz[`${file}.gz`] as Buffer;
const quick = { connectMs: 300, stallMs: 300, totalMs: 2_000, passes: 3, backoffMs: 10, offlineAfterMs: 200 };

const opened: Mirror[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((mirror) => mirror.close()));
});

async function mirror(...answers: Answer[]): Promise<Mirror> {
  const open = await openMirror(...answers);
  opened.push(open);
  return open;
}

const download = (mirrors: string[], options: Partial<DownloadOptions> = {}) =>
  downloadPublished(file, { mirrors, limits: quick, instead: "Take the train.", ...options });

const arrived = (notes: unknown = []) => ({ bytes: tiny[file], notes });

describe("a download", () => {
  it("asks the first mirror for NAME.gz, decompresses it and tells how far it is", async () => {
    const { url, asked } = await mirror(serve);
    const seen: unknown[] = [];
    const progress = (event: unknown) => seen.push(event);
    expect(await download([url, await closedMirror()], { progress })).toEqual(arrived());
    expect(asked).toEqual([`/mnist/${file}.gz`]);
    expect(seen.at(-1)).toEqual({ file, mirror: url, received: gz.length, total: gz.length });
  });

  it("takes a file that the server has decompressed already", async () => {
    const { url } = await mirror((response) => response.end(tiny[file]));
    expect(await download([url])).toEqual(arrived());
  });

  it("follows redirects", async () => {
    const { url: there } = await mirror(serve);
    const { url } = await mirror((response, name) =>
      response.writeHead(302, { location: `${there}${name}` }).end(),
    );
    expect(await download([url])).toEqual(arrived());
  });

  it("goes to the second mirror where the first has no such file, and notes it", async () => {
    const first = await mirror(status(404));
    const second = await mirror(serve);
    expect(await download([first.url, second.url])).toEqual(
      arrived([`${first.url}${file}.gz: HTTP status 404`]),
    );
    expect(first.asked).toHaveLength(1);
  });

  it("asks again where the server is busy or the body breaks off", async () => {
    const cut: Answer = (response) => {
      response.writeHead(200, { "content-length": gz.length });
      response.write(gz.subarray(0, 10), () => response.destroy());
    };
    const { url, asked } = await mirror(status(503), cut, serve);
    const { notes, ...rest } = await download([url]);
    expect(rest).toEqual({ bytes: tiny[file] });
    expect(notes).toEqual([
      `${url}${file}.gz: HTTP status 503`,
      expect.stringMatching(/: broke off: (UND_ERR_SOCKET|ECONNRESET|terminated)$/),
    ]);
    expect(asked).toHaveLength(3);
  });

  it("asks again where the server took its time to say that it is busy: it is there", async () => {
    const late: Answer = (response) => void setTimeout(() => response.writeHead(503).end(), 250);
    const { url } = await mirror(late, serve);
    expect(await download([url])).toEqual(arrived([`${url}${file}.gz: HTTP status 503`]));
  });

  it("asks again for a gzip stream that ends early though its length is as announced", async () => {
    const half: Answer = (response) => response.end(gz.subarray(0, gz.length - 12));
    const { url } = await mirror(half, serve);
    expect(await download([url])).toEqual(arrived([expect.stringMatching(/truncated/)]));
  });

  it("lets a slow server take its time as long as bytes come", async () => {
    const slow: Answer = (response) => {
      response.writeHead(200, { "content-length": gz.length });
      const step = Math.ceil(gz.length / 5);
      for (let i = 0; i < 5; i++) {
        setTimeout(() => response.write(gz.subarray(i * step, (i + 1) * step)), 100 * i);
      }
    };
    const { url } = await mirror(slow);
    expect(await download([url])).toEqual(arrived());
  });

  it("leaves a server that falls silent within the body, and one that never ends", async () => {
    const silent: Answer = (response) => {
      response.writeHead(200, { "content-length": gz.length });
      response.write(gz.subarray(0, 10));
    };
    const first = await mirror(silent);
    const trickle: Answer = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(Buffer.of(0x1f)), 20);
      response.on("close", () => clearInterval(timer));
    };
    const second = await mirror(trickle);
    const third = await mirror(serve);
    const limits = { ...quick, totalMs: 600 };
    const { notes } = await download([first.url, second.url, third.url], { limits });
    expect(notes).toEqual([
      expect.stringContaining("broke off: no byte within 0.3 s"),
      expect.stringContaining("broke off: not done within 0.6 s"),
    ]);
  });
});

describe("a download that fails", () => {
  it("gives up after its passes, naming every mirror and what it answered", async () => {
    const first = await mirror(status(500));
    const second = await mirror(status(403));
    const ended = download([first.url, second.url]);
    await expect(ended).rejects.toMatchObject({ name: "DatasetInvalid" });
    await expect(ended).rejects.toThrow(
      `MNIST could not be downloaded: ${first.url}${file}.gz: HTTP status 500; ${second.url}${file}.gz: HTTP status 403. `,
    );
    await expect(ended).rejects.toThrow(/ Take the train\.$/);
    expect([first.asked.length, second.asked.length]).toEqual([quick.passes, 1]);
  });

  it("names the mirror that serves another file, with both digests, and does not ask it twice", async () => {
    const other = tinyGz["t10k-images-idx3-ubyte.gz"];
    const { url, asked } = await mirror((response) => response.end(other));
    await expect(download([url])).rejects.toThrow(
      new RegExp(
        `${url}${file}.gz: serves another file: its SHA-256 is [0-9a-f]{64}, and MNIST's is [0-9a-f]{64}`,
      ),
    );
    expect(asked).toHaveLength(1);
  });

  it("does not count as offline for one wrong file among unreachable mirrors", async () => {
    const { url } = await mirror((response) => response.end("<html>sign in to this network</html>"));
    await expect(download([await closedMirror(), url])).rejects.toThrow(/serves another file/);
  });

  it("stops a body that is longer than the file can be", async () => {
    const { url } = await mirror((response) => response.end(Buffer.alloc(tiny[file].length + 70_000)));
    await expect(download([url])).rejects.toThrow(/sends more than \d+ bytes/);
  });

  it("stops a gzip stream that decompresses to more than the file", async () => {
    const { gzipSync } = await import("node:zlib");
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    const { url } = await mirror((response) => response.end(bomb));
    await expect(download([url])).rejects.toThrow(/decompresses to more than 256 bytes/);
  });

  it("refuses a redirect in a circle", async () => {
    const { url } = await mirror((response, name) => response.writeHead(302, { location: name }).end());
    await expect(download([url])).rejects.toThrow(/redirect count exceeded/);
  });
});

describe("offline", () => {
  it("is when no mirror can be connected to, seen at once", async () => {
    const mirrors = [await closedMirror(), "http://nowhere.invalid/"];
    const begun = performance.now();
    const outcome = await download(mirrors);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(outcome).toEqual({
      offline: true,
      notes: [
        `${mirrors[0]}${file}.gz: ECONNREFUSED`,
        expect.stringMatching(
          /^http:\/\/nowhere\.invalid\/.*: (ENOTFOUND|EAI_AGAIN|no answer within 0\.3 s)$/,
        ),
      ],
    });
  });

  it("is when no mirror answers in time, after a single pass", async () => {
    const { url, asked } = await mirror(() => {});
    expect(await download([url])).toEqual({
      offline: true,
      notes: [`${url}${file}.gz: no answer within 0.3 s`],
    });
    expect(asked).toHaveLength(1);
  });

  it("is not when the connection is there again in the second pass", async () => {
    const { url } = await mirror((response) => response.destroy(), serve);
    expect(await download([url])).toMatchObject({ bytes: tiny[file] });
  });
});

describe("an interruption", () => {
  it("ends a download with the signal's reason", async () => {
    const { url } = await mirror(() => {});
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(new Error("interrupted")), 50);
    await expect(download([url], { signal: interrupt.signal })).rejects.toThrow("interrupted");
  });
});

describe("the mirrors", () => {
  it("are the public ones, or those of FEDSTEP_MNIST_MIRRORS", () => {
    expect(mirrorsOf({})).toEqual(publicMirrors);
    expect(mirrorsOf({ FEDSTEP_MNIST_MIRRORS: " " })).toEqual(publicMirrors);
    expect(mirrorsOf({ FEDSTEP_MNIST_MIRRORS: "https://a.test/x, http://b.test:8080/," })).toEqual([
      "https://a.test/x/",
      "http://b.test:8080/",
    ]);
  });

  it.each(["a.test/mnist", "file:///mnist", "https://a.test,nonsense"])("are refused: %s", (text) => {
    const refused = () => mirrorsOf({ FEDSTEP_MNIST_MIRRORS: text });
    expect(refused).toThrow(/^FEDSTEP_MNIST_MIRRORS: "(a\.test\/mnist|file:\/\/\/mnist|nonsense)" is not/);
    expect(refused).toThrow(expect.objectContaining({ name: "DatasetInvalid" }));
  });
});
