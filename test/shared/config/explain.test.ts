import { describe, expect, it } from "vitest";
import { refusal } from "./refusal.ts";

describe("an error", () => {
  it("shows a number that JSON cannot hold", () => {
    expect(refusal({ set: ["training.learningRate=1e999"] })[0]).toMatch(/got Infinity; takes a number/);
  });

  it.each([
    ["model.hidden=64", /takes a list \(at most 16, .*\), such as model\.hidden=\[64\] \(Width/],
    ["federation.strategy.name=fedavg", /Bulyan, such as federation\.strategy\.name=FedAvg \(/],
    ["federation.strategy.name=multi-krum", /, such as federation\.strategy\.name=MultiKrum \(/],
    ["training.trainer=Kernel", /, such as training\.trainer=kernel \(/],
    ["partition.kind=Main Label", /, such as partition\.kind=main-label \(/],
  ])("shows what was probably meant by %s", (assignment, expected) => {
    expect(refusal({ set: [assignment] })[0]).toMatch(expected);
  });

  it("suggests nothing where nobody can tell what was meant", () => {
    for (const assignment of ["model.hidden=[0]", "model.hidden=wide", "partition.kind=even", "seed=one"]) {
      expect(refusal({ set: [assignment] })[0]).not.toContain("such as");
    }
  });

  it("says what a list is for when an item of it is wrong", () => {
    expect(refusal({ set: ["model.hidden=[0]"] })[0]).toMatch(/model\.hidden\.0: got 0; .*hidden layer/);
  });
});
