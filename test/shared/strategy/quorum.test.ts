import { describe, expect, test } from "vitest";
import { assertQuorum } from "../../../shared/strategy/quorum.ts";

const received = (reported: number, silent: number) => ({
  updates: Array.from({ length: reported }, (_, client) => ({ client })),
  silent: Array.from({ length: silent }, (_, i) => ({
    client: reported + i,
    error: "Sandbox.Timedout",
    cause: "",
  })),
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

  test("missed, it names who was silent and why, and the cause of each kind of error once", () => {
    expect(() => assertQuorum(1, 2, received(1, 1), 3)).toThrow(
      /round 3: 1 of 2 .*client 1: Sandbox.Timedout\)/,
    );
    const cause = JSON.stringify({ errorType: "ObjectInvalid", errorMessage: "shards/x: was changed" });
    const silent = [0, 1].map((client) => ({ client, error: "ObjectInvalid", cause }));
    expect(() => assertQuorum(1, 2, { updates: [], silent }, 3)).toThrow(
      /\(client 0: ObjectInvalid: shards\/x: was changed, client 1: ObjectInvalid\)/,
    );
  });
});
