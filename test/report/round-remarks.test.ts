import { describe, expect, test } from "vitest";
import { roundRemarks } from "../../report/round-remarks.ts";
import { updates } from "../../report/sections/updates.ts";
import { toldStory } from "./told-story.ts";

const story = toldStory();
const [first] = story.rounds;
if (!first) throw new Error("a story without rounds");

/** The first round with these norms. */
const round = (...norms: (number | null)[]) => ({
  ...first,
  clients: norms.map((norm, client) => ({
    client,
    task: "train" as const,
    examples: 1,
    accuracy: 1,
    loss: 0,
    trainingLoss: 0,
    update: norm === null ? null : { norm, cosine: 1 },
  })),
  silent: [],
});

describe("of a round", () => {
  test("an update five times as long as the median is named, with its client", () => {
    expect(roundRemarks([round(1, 2, 3, 2, 10.5)])).toEqual([
      "round 1: the update of client 4 stands out: its norm is 10.5, 5.25 times the round's median",
    ]);
    expect(roundRemarks([round(1, 2, 3, 2, 9.9)])).toEqual([]);
  });

  test("two clients tell nothing of each other, nor do those who only evaluated", () => {
    expect(roundRemarks([round(1, 100)])).toEqual([]);
    expect(roundRemarks([round(1, 100, null, null)])).toEqual([]);
  });

  test("who was left out is named with the error and its cause", () => {
    const silent = [
      { client: 7, task: "train" as const, error: "UpdateInvalid", cause: "its update has norm 1e30" },
    ];
    expect(roundRemarks([{ ...round(1, 1, 1), silent }])).toEqual([
      "round 1: client 7 was left out: UpdateInvalid: its update has norm 1e30",
    ]);
    const owners = ["a", "b", "c", "d", "e", "f", "g", "Busan Clinic"];
    expect(roundRemarks([{ ...round(1, 1, 1, 1, 30), silent }], { owners })).toEqual([
      "round 1: Busan Clinic was left out: UpdateInvalid: its update has norm 1e30",
      "round 1: the update of e stands out: its norm is 30, 30 times the round's median",
    ]);
  });

  test("the report says of each client how often its updates stand out, and how far", () => {
    const rounds = [round(1, 1, 1, 6), { ...round(1, 1, 1, 8), round: 2 }];
    const text = updates({ ...story, rounds })?.text ?? "";
    expect(text).toContain("Updates that stand out");
    expect(text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ")).toMatch(/client 3 2 2 8 8/);
    expect(updates({ ...story, rounds: [round(1, 1, 1)] })?.text).not.toContain("stand out");
  });
});
