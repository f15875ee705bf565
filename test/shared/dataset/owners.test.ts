import { describe, expect, it } from "vitest";
import { ownersWithin } from "../../../shared/dataset/owners.ts";

const owners = [
  { name: "north", examples: 4 },
  { name: "south", examples: 1 },
  { name: "west", examples: 3 },
];

describe("owners", () => {
  it.each<[number[], number[]]>([
    [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [4, 1, 3],
    ],
    [
      [0, 3, 5, 7],
      [2, 0, 2],
    ],
    [[4], [0, 1, 0]],
    [[], [0, 0, 0]],
  ])("have of the rows %j as many as lie in their stretches: %j", (rows, counts) => {
    const within = ownersWithin(owners, Uint32Array.from(rows));
    expect(within.map(({ name }) => name)).toEqual(["north", "south", "west"]);
    expect(within.map(({ examples }) => examples)).toEqual(counts);
  });
});
