import { expect, test } from "vitest";
import { fuzzBorder } from "../../scripts/fuzz/fuzz.ts";
import { borders } from "../../scripts/fuzz/targets.ts";

/** What `npm run fuzz` does with 10,000, in small: another seed, so that both together see more. */
const inputs = 500;
const seed = 2;

const shares = borders.reduce((sum, { share }) => sum + share, 0);

test.each(borders)("$name are read, or refused by a named error", async (border) => {
  const runs = Math.round((border.share / shares) * inputs);
  const { accepted, refused } = await fuzzBorder(border, runs, seed);
  // inputs that are all good, or all refused at the door, would try nothing
  const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);
  expect(refusals).toBeGreaterThan(0);
  expect(accepted + refusals).toBe(runs);
});

test("the shares make 10,000", () => {
  expect(shares).toBe(10_000);
});
