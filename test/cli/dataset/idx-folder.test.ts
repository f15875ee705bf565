import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTableFile } from "../../../cli/dataset/open-tables.ts";
import { type IdxName, idxNames } from "../../../mnist/published.ts";
import { tiny, tinyGz } from "../../mnist/tiny-idx.ts";

let folder = "";
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "fedstep-folder-")), "strokes");
  await mkdir(folder);
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

async function fill(spell: (name: IdxName) => string, changes: Partial<Record<IdxName, Buffer>> = {}) {
  for (const name of idxNames) {
    const path = spell(name);
    const bytes = changes[name] ?? tiny[name];
    await writeFile(join(folder, path), path.endsWith(".gz") ? gzipSync(bytes) : bytes);
  }
}

const gzipped = (name: IdxName) => `${name}.gz`;
const opening = async () => {
  const { notes, hasIds: _, ...dataset } = await openTableFile(folder, "--data", {});
  return { dataset, notes };
};

describe("a folder of IDX files", () => {
  it.each<[string, (name: IdxName) => string]>([
    ["plain", (name) => name],
    ["gzipped", gzipped],
    ["with a dot before the type", (name) => name.replace("-idx", ".idx")],
    ["both", (name) => `${name.replace("-idx", ".idx")}.gz`],
  ])("is read %s", async (_, spell) => {
    await fill(spell);
    const { dataset } = await opening();
    expect(dataset.examples.count).toBe(60);
    expect(dataset.examples.x.subarray(0, 240)).toEqual(
      Uint8Array.from(tiny["train-images-idx3-ubyte"].subarray(16)),
    );
    expect(dataset.examples.y.subarray(0, 3)).toEqual(Int32Array.of(0, 1, 2));
  });

  it("goes by what a file holds where its name says otherwise", async () => {
    await fill((name) => name);
    await writeFile(join(folder, idxNames[0]), tinyGz[`${idxNames[0]}.gz`] as Buffer);
    expect((await opening()).dataset.examples.count).toBe(60);
  });

  it("may hold links to the files", async () => {
    const elsewhere = join(folder, "..", "elsewhere");
    await fill((name) => name);
    await writeFile(elsewhere, tiny["t10k-labels-idx1-ubyte"]);
    await rm(join(folder, "t10k-labels-idx1-ubyte"));
    await symlink(elsewhere, join(folder, "t10k-labels-idx1-ubyte"));
    expect((await opening()).dataset.examples.count).toBe(60);
  });

  it("that is not MNIST has the folder's name, the labels that it has as classes, and a note", async () => {
    const labels = Buffer.from(tiny["t10k-labels-idx1-ubyte"]);
    labels[8] = 25;
    await fill(gzipped, { "t10k-labels-idx1-ubyte": labels });
    const { dataset, notes } = await opening();
    expect(dataset).toMatchObject({
      name: "strokes",
      source: "directory",
      classes: 11,
      classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "25"],
      imageShape: [2, 3],
    });
    expect(notes).toEqual([
      `${folder} is not the published MNIST, so its name is "strokes": another SHA-256 has ${idxNames.join(", ")}`,
    ]);
  });
});

describe("a folder of one pair", () => {
  it("is a data set without a test set of the publisher's, and has no note", async () => {
    await writeFile(join(folder, "strokes_images.idx"), tiny["train-images-idx3-ubyte"]);
    await writeFile(join(folder, "strokes_labels.idx.gz"), gzipSync(tiny["train-labels-idx1-ubyte"]));
    const { dataset, notes } = await opening();
    expect(dataset).toMatchObject({ name: "strokes", classes: 10, examples: { count: 40, features: 6 } });
    expect(dataset.officialTest).toBeUndefined();
    expect(notes).toEqual([]);
  });

  it("may hold vectors of floats, labelled from 1 on", async () => {
    const vectors = Buffer.alloc(12 + 3 * 2 * 4);
    vectors.set([0, 0, 0x0d, 2, 0, 0, 0, 3, 0, 0, 0, 2]);
    [1.5, -1, 0, 2, 1e6, -0.25].forEach((value, i) => {
      vectors.writeFloatBE(value, 12 + 4 * i);
    });
    await writeFile(join(folder, "vectors-idx2-float"), vectors);
    await writeFile(join(folder, "labels-idx1-ubyte"), Buffer.from([0, 0, 8, 1, 0, 0, 0, 3, 2, 1, 2]));
    const { dataset } = await opening();
    expect(dataset).toEqual({
      name: "strokes",
      source: "directory",
      classes: 2,
      classNames: ["1", "2"],
      examples: {
        x: Float32Array.of(1.5, -1, 0, 2, 1e6, -0.25),
        y: Int32Array.of(1, 0, 1),
        count: 3,
        features: 2,
      },
    });
  });
});

describe("a folder that cannot serve", () => {
  const refusal = async () => {
    const error: unknown = await opening().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "DatasetInvalid" });
    return error instanceof Error ? error.message : "";
  };
  const inFolder = (file: string) => join(folder, file);

  it("is named where it is not there", async () => {
    await rm(folder, { recursive: true });
    expect(await refusal()).toBe(`--data: ${folder}: there is no such file or folder`);
  });

  it("is named where it is a file", async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, "");
    expect(await refusal()).toContain(`--data: ${folder} is nothing that --data takes: .csv`);
  });

  it("is told which files it lacks, folders of their names not counting", async () => {
    await fill(gzipped);
    await rm(inFolder("t10k-images-idx3-ubyte.gz"));
    await mkdir(inFolder("t10k-images-idx3-ubyte"));
    expect(await refusal()).toMatch(
      /^--data: .*strokes lacks the images that belong to t10k-labels-idx1-ubyte\.gz; it takes a pair/,
    );
  });

  it("is named with the file that a link does not lead to", async () => {
    await fill((name) => name);
    await rm(inFolder(idxNames[1]));
    await symlink(join(folder, "nowhere"), inFolder(idxNames[1]));
    expect(await refusal()).toBe(`--data: ${inFolder(idxNames[1])}: there is no such file or folder`);
  });

  it.each<[string, (gz: Buffer) => Buffer, RegExp]>([
    [
      "flipped within",
      (gz) => Buffer.concat([gz.subarray(0, -5), Buffer.of(~(gz.at(-5) ?? 0)), gz.subarray(-4)]),
      /incorrect data check/,
    ],
    ["cut", (gz) => gz.subarray(0, -20), /truncated: its gzip stream ends early/],
    ["emptied", () => Buffer.alloc(0), /expected it to begin with 0x00000801 or the like, found 0 bytes/],
    ["replaced by a page", () => Buffer.from("<html>not found</html>"), /found 0x3c68746d/],
  ])("is named with the gzipped file that was %s", async (_, spoil, message) => {
    await fill(gzipped);
    const path = inFolder("train-labels-idx1-ubyte.gz");
    await writeFile(path, spoil(Buffer.from(tinyGz["train-labels-idx1-ubyte.gz"] as Buffer)));
    const told = await refusal();
    expect(told).toContain(path);
    expect(told).toMatch(message);
  });

  it("is told that one label leaves nothing to tell apart", async () => {
    const labels = (name: "train-labels-idx1-ubyte" | "t10k-labels-idx1-ubyte") =>
      Buffer.from(tiny[name]).fill(7, 8);
    await fill((name) => name, {
      "train-labels-idx1-ubyte": labels("train-labels-idx1-ubyte"),
      "t10k-labels-idx1-ubyte": labels("t10k-labels-idx1-ubyte"),
    });
    expect(await refusal()).toMatch(/train-labels-idx1-ubyte has only the label 7/);
  });

  it("is named with the files whose images differ in size", async () => {
    const images = Buffer.from(tiny["t10k-images-idx3-ubyte"]);
    images[11] = 3;
    images[15] = 2;
    await fill((name) => name, { "t10k-images-idx3-ubyte": images });
    expect(await refusal()).toMatch(/t10k-images-idx3-ubyte holds images of 3 x 2 pixels, but .* of 2 x 3/);
  });
});
