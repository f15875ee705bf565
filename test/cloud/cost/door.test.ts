import { expect, test } from "vitest";
import { idleMonth, worstDay } from "../../../cloud/cost/door.ts";

const deployed = { architecture: "arm64" } as const;

test("a flood costs what two environments answer in a day, ten a second each", () => {
  const { requests, total } = worstDay(deployed, 2);
  expect(requests).toBe(1_728_000);
  // 1.728 million requests at 0.20 dollars a million and at 0.40 of reads; 21,600 GB-s at 0.0000133334
  expect(total).toBeCloseTo(0.3456 + 0.6912 + 0.288, 4);
  expect(worstDay(deployed, 20).total).toBeCloseTo(10 * total, 10);
  expect(worstDay({ architecture: "x86_64" }, 2).lambdaTime).toBeCloseTo(0.36, 4);
});

test("an owner for whom nothing waits costs less than ten cents a month", () => {
  const { requests, total } = idleMonth(deployed, 30);
  expect(requests).toBe(86_400);
  // 648 GB-s
  expect(total).toBeCloseTo(0.01728 + 0.00864 + 0.03456, 4);
  expect(total).toBeLessThan(0.1);
});
