import { afterAll, beforeAll, expect, test } from "vitest";
import { damages } from "../../local/chaos/fault.ts";
import { situationOf } from "../../scripts/chaos/situation.ts";
import { openStage } from "../../scripts/chaos/stage.ts";
import { tryOut } from "../../scripts/chaos/try.ts";
import { sharedHome } from "../cli/terminal.ts";

/** An evaluation that carried a tensor, of whatever shape or value, was taken for a good one. */
const onceFailed = [16, 77, 87, 105, 123, 124, 135, 196];
/** With these two there is every kind of fault, and an execution that fails by the death of a process. */
const others = [7, 15];

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  stage = await openStage(sharedHome(), 2);
});
afterAll(() => stage.close());

test.each([...onceFailed, ...others])("seed %i comes out as its faults predict", async (seed) => {
  const { problems, injected, outcome, error } = await tryOut(stage, situationOf(seed));
  expect(problems).toEqual([]);
  expect(injected.length).toBeGreaterThan(0);
  if (seed === 7) expect([outcome, error]).toEqual(["failed, and was resumed", "Runtime.ExitError"]);
});

test.each([
  [6, "MaskedUpdateLost"],
  [7, undefined],
])(
  "seed %i does behind masks, too: the bits are those of the same integers in the open",
  async (seed, expected) => {
    const { problems, outcome, error } = await tryOut(stage, situationOf(seed, true));
    expect(problems).toEqual([]);
    expect([outcome, error]).toEqual([
      expected === undefined ? "undisturbed bits" : "failed, and was resumed",
      expected,
    ]);
  },
);

test("among them is every kind of fault", () => {
  const seen = new Set(
    stage.injections.flatMap(({ fault }) => {
      if (fault.fault === "update") return [fault.damage];
      if ("tries" in fault) return [`${fault.fault} ${fault.method}`];
      return "afterWrite" in fault
        ? [`${fault.fault} ${fault.afterWrite === null ? "before" : "after"}`]
        : [fault.fault];
    }),
  );
  const processes = ["killed", "timed-out", "out-of-memory"].flatMap((how) => [
    `${how} before`,
    `${how} after`,
  ]);
  const requests = ["s3-error", "s3-slow-down"].flatMap((how) => [`${how} GET`, `${how} PUT`]);
  expect([...seen].sort()).toEqual(
    [...damages, ...processes, ...requests, "throttled", "delivered-twice"].sort(),
  );
});
