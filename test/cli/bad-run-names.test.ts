import { expect, test } from "vitest";
import { refused } from "./refused-input.ts";

test.each([
  ["show", "base@2"],
  ["follow", "base@2"],
  ["stop", "base@2"],
  ["resume", "base@2"],
  ["report", "base@2"],
  ["verify", "base@2"],
  ["cost", "base@2"],
  ["remove", "base@2"],
  ["compare", "base", "base@2"],
  ["predict", "base@2", "digit.png"],
])("fedstep %s names the argument that is no run's name, and asks no service", async (...args) => {
  const named = /^RunNameInvalid: <run>: got "base@2"; .*\n$/;
  expect(await refused(args)).toMatch(named);
  // without a region nothing could be asked
  expect(await refused([...args, "--target", "aws"])).toMatch(named);
});
