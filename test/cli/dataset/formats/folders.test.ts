import { gzipSync } from "node:zlib";
import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, it } from "vitest";
import { tiny } from "../../../mnist/tiny-idx.ts";
import { opened, ownersOpened, refusal } from "./opening.ts";

const [trainImages, trainLabels] = [tiny["train-images-idx3-ubyte"], tiny["train-labels-idx1-ubyte"]];
const [testImages, testLabels] = [tiny["t10k-images-idx3-ubyte"], tiny["t10k-labels-idx1-ubyte"]];
const mnistIn = (folder: string) => ({
  [`${folder}train-images-idx3-ubyte.gz`]: gzipSync(trainImages),
  [`${folder}train-labels-idx1-ubyte.gz`]: gzipSync(trainLabels),
  [`${folder}t10k-images-idx3-ubyte`]: testImages,
  [`${folder}t10k-labels-idx1-ubyte`]: testLabels,
});

describe("IDX files as others unpack them", () => {
  it("are found where torchvision keeps them", async () => {
    const set = await opened({ ...mnistIn("MNIST/raw/") });
    expect(set).toMatchObject({ name: "set", officialTest: 20, imageShape: [2, 3], examples: { count: 60 } });
    expect(set.classNames).toBeUndefined();
    const two = { ...mnistIn("MNIST/raw/"), ...mnistIn("FashionMNIST/raw/") };
    expect(await refusal(opened(two))).toMatch(
      /holds 2 sets of images \(FashionMNIST\/raw, MNIST\/raw\).*--select/,
    );
    expect(await opened(two, { select: "FashionMNIST" })).toMatchObject({ examples: { count: 60 } });
  });

  it("are found where Kaggle unpacks them: each in a folder of its name, once more beside it", async () => {
    const nested = Object.fromEntries(
      Object.entries(tiny).map(([name, bytes]) => [`${name}/${name}`, bytes] as const),
    );
    const beside = Object.fromEntries(
      Object.entries(tiny).map(([name, bytes]) => [name.replace("-idx", ".idx"), bytes] as const),
    );
    for (const files of [nested, { ...nested, ...beside }]) {
      expect(await opened(files)).toMatchObject({ officialTest: 20, examples: { count: 60 } });
    }
  });

  it("of EMNIST are chosen by their split, turned upright and named", async () => {
    // 2 x 3 as the file has it is 3 x 2 upright
    const images = Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]);
    const pixels = (count: number) => {
      const all = Buffer.concat([images, ...Array(count - 1).fill(images.subarray(16))]);
      all.writeUInt32BE(count, 4);
      return all;
    };
    const labels = (...of: number[]) => Buffer.from([0, 0, 8, 1, 0, 0, 0, of.length, ...of]);
    const letters = Array.from({ length: 26 }, (_, i) => i + 1);
    const files = {
      "EMNIST/raw/emnist-letters-train-images-idx3-ubyte": pixels(26),
      "EMNIST/raw/emnist-letters-train-labels-idx1-ubyte": labels(...letters),
      "EMNIST/raw/emnist-letters-test-images-idx3-ubyte": pixels(1),
      "EMNIST/raw/emnist-letters-test-labels-idx1-ubyte": labels(3),
      "EMNIST/raw/gzip/emnist-letters-test-labels-idx1-ubyte.gz": gzipSync(labels(3)),
      "EMNIST/raw/emnist-digits-train-images-idx3-ubyte": pixels(2),
      "EMNIST/raw/emnist-digits-train-labels-idx1-ubyte": labels(0, 1),
    };
    expect(await refusal(opened(files))).toMatch(/emnist-digits.*emnist-letters.*--select/);
    const set = await opened(files, { select: "letters" });
    expect(set.classNames).toEqual([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"]);
    expect(set).toMatchObject({ imageShape: [3, 2], officialTest: 1 });
    expect([...set.examples.x.subarray(0, 6)]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(set.examples.y.at(-1)).toBe(2);
    expect(set.notes).toContainEqual(expect.stringMatching(/turned upright/));
    expect(await opened(files, { select: "digits" })).toMatchObject({ classes: 2, examples: { count: 2 } });
    expect(await refusal(opened(files, { select: "words" }))).toMatch(/--select: no set of .*"words"/);
  });

  it("are owners' folders", async () => {
    const { dataset, notes } = await ownersOpened({ ...mnistIn("a/"), ...mnistIn("b/") });
    expect(dataset.owners?.map(({ name, examples }) => [name, examples])).toEqual([
      ["a", 60],
      ["b", 60],
    ]);
    expect(notes).toContainEqual(expect.stringMatching(/publisher's test set is among/));
  });
});

const grey = (width: number, height: number, ...data: number[]) =>
  encodePng({ width, height, data: Uint8Array.from(data), channels: 1, depth: 8 });
const colour = (width: number, height: number, ...data: number[]) =>
  encodePng({ width, height, data: Uint8Array.from(data), channels: 3, depth: 8 });

describe("a folder of pictures by class", () => {
  it("has grey PNGs as images, and names its classes", async () => {
    const set = await opened({
      "cat/1.png": grey(2, 1, 1, 2),
      "cat/2.png": grey(2, 1, 3, 4),
      "dog/1.PNG": grey(2, 1, 5, 6),
      "readme.txt": "",
    });
    expect(set).toMatchObject({ classNames: ["cat", "dog"], imageShape: [1, 2] });
    expect([...set.examples.x]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...set.examples.y]).toEqual([0, 0, 1]);
    expect(set.officialTest).toBeUndefined();
  });

  it("may be divided into train and test, in colour, with grey ones among them", async () => {
    const set = await opened({
      "test/dog/9.png": colour(1, 1, 7, 8, 9),
      "train/cat/1.png": colour(1, 1, 1, 2, 3),
      "train/dog/1.png": grey(1, 1, 4),
    });
    expect(set).toMatchObject({ classNames: ["cat", "dog"], officialTest: 1, examples: { features: 3 } });
    expect([...set.examples.x]).toEqual([1, 2, 3, 4, 4, 4, 7, 8, 9]);
    expect(set.imageShape).toBeUndefined();
    expect(set.notes).toContainEqual(expect.stringMatching(/in colour, 3 features/));
  });

  it("reads JPEGs", async () => {
    const jpeg = (value: number) => {
      const data = Buffer.alloc(8 * 8 * 4, value);
      return Uint8Array.from(encodeJpeg({ width: 8, height: 8, data }, 95).data);
    };
    const set = await opened({ "dark/a.jpg": jpeg(20), "light/a.jpeg": jpeg(220) });
    expect(set).toMatchObject({ imageShape: [8, 8], classNames: ["dark", "light"] });
    expect(set.examples.x.subarray(0, 64).every((value) => Math.abs(value - 20) <= 2)).toBe(true);
    expect(set.examples.x.subarray(64).every((value) => Math.abs(value - 220) <= 2)).toBe(true);
  });

  it("is refused with the list of sizes, and by the file that is no picture", async () => {
    const sizes = { "a/1.png": grey(2, 1, 1, 2), "b/1.png": grey(1, 2, 1, 2), "b/2.png": grey(1, 2, 1, 2) };
    expect(await refusal(opened(sizes))).toMatch(
      /2 sizes, in rows x columns: 2 x 1 \(2, such as b\/1\.png\), 1 x 2 \(1, .*resize/,
    );
    const bad = { "a/1.png": grey(2, 1, 1, 2), "b/1.png": "not a picture" };
    expect(await refusal(opened(bad))).toMatch(/b\/1\.png is no picture that can be read/);
    const cut = { "a/1.png": grey(2, 1, 1, 2).subarray(0, 45), "b/1.png": grey(2, 1, 1, 2) };
    expect(await refusal(opened(cut))).toMatch(/a\/1\.png is no picture/);
  });
});

describe("CIFAR's binary version", () => {
  const image = (...labels: number[]) =>
    Uint8Array.from([...labels, ...Array(1024).fill(1), ...Array(1024).fill(2), ...Array(1024).fill(3)]);
  const ten = {
    "cifar-10-batches-bin/data_batch_1.bin": Buffer.concat([image(1), image(0)]),
    "cifar-10-batches-bin/data_batch_2.bin": image(1),
    "cifar-10-batches-bin/test_batch.bin": image(0),
    "cifar-10-batches-bin/batches.meta.txt": "plane\ncar\n\n",
  };

  it("of ten classes is read pixel by pixel, with its names and its test set", async () => {
    const set = await opened(ten);
    expect(set).toMatchObject({ officialTest: 1, examples: { count: 4, features: 3072 } });
    expect(set.classNames).toEqual(["car", "plane"]);
    expect([...set.examples.y]).toEqual([0, 1, 0, 1]);
    expect([...set.examples.x.subarray(0, 6)]).toEqual([1, 2, 3, 1, 2, 3]);
    const short = { ...ten, "cifar-10-batches-bin/test_batch.bin": image(0).subarray(1) };
    expect(await refusal(opened(short))).toMatch(
      /test_batch\.bin has 3072 bytes, and CIFAR-10 3073 an image/,
    );
  });

  it("of a hundred has fine labels, or coarse ones where that is said", async () => {
    const files = {
      "train.bin": Buffer.concat([image(0, 5), image(1, 6)]),
      "test.bin": image(1, 5),
      "coarse_label_names.txt": "fish\nflowers\n",
    };
    const fine = await opened(files);
    expect([fine.classNames, [...fine.examples.y]]).toEqual([
      ["5", "6"],
      [0, 1, 0],
    ]);
    expect(fine.notes).toContainEqual(expect.stringMatching(/fine labels; --select coarse/));
    const coarse = await opened(files, { select: "coarse" });
    expect([coarse.classNames, [...coarse.examples.y]]).toEqual([
      ["fish", "flowers"],
      [0, 1, 1],
    ]);
  });

  it("is what to take where there are pickles", async () => {
    const pickles = { data_batch_1: "\x80\x04", test_batch: "\x80\x04", "batches.meta": "\x80\x04" };
    expect(await refusal(opened(pickles))).toMatch(
      /pickles, programs that fedstep does not run: take the binary version/,
    );
  });
});

describe("a folder that is two things", () => {
  it("is refused", async () => {
    expect(
      await refusal(opened({ ...mnistIn(""), "a/1.png": grey(1, 1, 1), "b/1.png": grey(1, 1, 2) })),
    ).toMatch(/is a folder of IDX files.*and a folder of pictures.*too: leave one of them/);
  });
});
