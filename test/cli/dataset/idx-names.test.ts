import { describe, expect, it } from "vitest";
import { findIdxPairs } from "../../../cli/dataset/idx-names.ts";

const pair = (stem: string, images: string, labels: string) => ({ stem, images, labels });

describe("the pairs of a folder", () => {
  it.each<[string, string[], unknown]>([
    [
      "one pair of any name",
      ["leaves_labels.idx", "leaves_images.idx.gz", "README.md"],
      { train: pair("leaves", "leaves_images.idx.gz", "leaves_labels.idx") },
    ],
    [
      "one pair without a name",
      ["images-idx3-ubyte", "labels-idx1-ubyte"],
      { train: pair("", "images-idx3-ubyte", "labels-idx1-ubyte") },
    ],
    [
      "vectors",
      ["train-vectors-idx2-float.gz", "train-labels-idx1-ubyte.gz"],
      { train: pair("train", "train-vectors-idx2-float.gz", "train-labels-idx1-ubyte.gz") },
    ],
    [
      "MNIST's names, a dot before the type",
      [
        "t10k-images.idx3-ubyte",
        "t10k-labels.idx1-ubyte",
        "train-images.idx3-ubyte",
        "train-labels.idx1-ubyte",
      ],
      {
        train: pair("train", "train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        test: pair("t10k", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
      },
    ],
    [
      "EMNIST's names",
      ["train", "test"].flatMap((part) =>
        ["images-idx3", "labels-idx1"].map((kind) => `emnist-letters-${part}-${kind}-ubyte.gz`),
      ),
      {
        train: pair(
          "emnist-letters-train",
          "emnist-letters-train-images-idx3-ubyte.gz",
          "emnist-letters-train-labels-idx1-ubyte.gz",
        ),
        test: pair(
          "emnist-letters-test",
          "emnist-letters-test-images-idx3-ubyte.gz",
          "emnist-letters-test-labels-idx1-ubyte.gz",
        ),
      },
    ],
    [
      "both what gunzip took and what it made",
      ["images.idx", "images.idx.gz", "labels.idx", "labels.idx.gz"],
      { train: pair("", "images.idx", "labels.idx") },
    ],
  ])("are found: %s", (_, files, expected) => {
    expect(findIdxPairs(files)).toEqual({ test: undefined, ...(expected as object) });
  });

  it.each<[string, string[], RegExp]>([
    ["no IDX file", ["a.csv", "images.png"], /^holds no IDX files; .*--clients$/],
    ["no labels", ["train-images-idx3-ubyte"], /^lacks the labels that belong to train-images-idx3-ubyte; /],
    ["no images", ["images.idx", "labels.idx", "x-labels.idx"], /^lacks the images .* x-labels\.idx; /],
    [
      "two spellings of one file",
      ["images.idx", "images-idx", "labels.idx"],
      /^has images-idx and images\.idx for the same images; leave one/,
    ],
    [
      "two sets",
      ["a-images.idx", "a-labels.idx", "b-images.idx", "b-labels.idx"],
      /^holds 2 sets of images \(a-images\.idx, b-images\.idx\), and it is open which to take/,
    ],
    [
      "the training part of one set and the test part of another",
      ["a-train-images.idx", "a-train-labels.idx", "b-test-images.idx", "b-test-labels.idx"],
      /^holds 2 sets/,
    ],
    [
      "a third part",
      ["train", "test", "more"].flatMap((part) => [`${part}-images.idx`, `${part}-labels.idx`]),
      /^holds 3 sets/,
    ],
  ])("are refused: %s", (_, files, problem) => {
    expect(findIdxPairs(files)).toEqual({ problem: expect.stringMatching(problem) });
  });
});
