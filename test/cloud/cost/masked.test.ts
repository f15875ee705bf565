import { expect, test } from "vitest";
import { mnistSize } from "../../../cloud/cost/data-size.ts";
import { estimateRun } from "../../../cloud/cost/estimate.ts";
import { historyEvents } from "../../../cloud/limits/history.ts";
import { sizingOf } from "../../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const config = (helpers: string, ...set: string[]) =>
  resolveConfig({ preset: "paper", set: [`federation.secureAggregation.helpers=${helpers}`, ...set] });
const estimated = (helpers: string, ...set: string[]) =>
  estimateRun(sizingOf(config(helpers, ...set), mnistSize), defaultDeployment, footprints);

test("masks cost the paper's hundred rounds of ten clients 2.2 cents more at most, of which a Map and three states a round", () => {
  const [plain, masked] = [estimated("none"), estimated("coordinator")];
  const more = masked.bill.dollars - plain.bill.dollars;
  expect(more).toBeGreaterThan(0.015);
  expect(more).toBeLessThanOrEqual(0.022);
  expect(masked.transitions - plain.transitions).toBe(4 * 101);
  expect(masked.invocations - plain.invocations).toBe(3 * 101);
});

test("with any number of clients a round enters as few states more", () => {
  for (const clients of [40, 200]) {
    const set = [`partition.clients=${clients}`, "federation.rounds=10"];
    expect(estimated("coordinator", ...set).transitions - estimated("none", ...set).transitions).toBe(4 * 11);
    const events = historyEvents(config("coordinator", ...set)) - historyEvents(config("none", ...set));
    // a Map, and three tasks in it
    expect(events).toBe(11 * (4 + 3 * 7));
  }
});
