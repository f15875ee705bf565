import { describe, expect, it } from "vitest";
import { numberedLabels } from "../../../shared/dataset/numbered-labels.ts";

describe("labels that are integers", () => {
  it("are the classes as they are, without names, where they begin at 0 and have no gap", () => {
    const labels = Int32Array.of(2, 0, 1, 2);
    expect(numberedLabels(labels)).toEqual({ y: labels, classes: 3 });
  });

  it.each<[number[], number[], string[]]>([
    [
      [1, 3, 2, 1],
      [0, 2, 1, 0],
      ["1", "2", "3"],
    ],
    [
      [0, 10, 9],
      [0, 2, 1],
      ["0", "9", "10"],
    ],
    [
      [-1, 1],
      [0, 1],
      ["-1", "1"],
    ],
  ])("%j are numbered in their order and keep their numbers as names", (labels, y, classNames) => {
    expect(numberedLabels(Int32Array.from(labels))).toEqual({
      y: Int32Array.from(y),
      classes: classNames.length,
      classNames,
    });
  });
});
