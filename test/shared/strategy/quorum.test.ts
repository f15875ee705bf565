import { describe, expect, test } from "vitest";
import { assertQuorum } from "../../../shared/strategy/quorum.ts";

const received = (reported: number, silent: number) => ({
  updates: Array.from({ length: reported }, (_, client) => ({ client })),
  silent: Array.from({ length: silent }, (_, i) => ({ client: reported + i, error: "Sandbox.Timedout" })),
});

describe("the quorum", () => {
  test.each([
    [1, 10, 0],
    [0.7, 7, 3],
    [0.5, 5, 5],
    [0.01, 1, 9],
  ])("of %d is met by %d of ten clients", (share, reported, silent) => {
    expect(() => assertQuorum(share, 10, received(reported, silent), 3)).not.toThrow();
  });

  test.each([
    [1, 9, 1],
    [0.7, 6, 4],
    [0.01, 0, 10],
  ])("of %d is missed by %d of ten clients", (share, reported, silent) => {
    expect(() => assertQuorum(share, 10, received(reported, silent), 3)).toThrow(
      expect.objectContaining({ name: "QuorumNotReached" }),
    );
  });

  test("missed, it names who was silent and why", () => {
    expect(() => assertQuorum(1, 2, received(1, 1), 3)).toThrow(
      /round 3: 1 of 2 .*client 1: Sandbox.Timedout/,
    );
  });
});
