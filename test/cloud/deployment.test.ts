import { describe, expect, test } from "vitest";
import { checkDeployed, type Deployment, parseDeployment, withLimits } from "../../cloud/deployment.ts";
import { defaultDeployment, functionNames } from "../../functions/footprints.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";

const at = "the output Deployment";

test("what a stack says of itself is read as it was written", () => {
  const other = withLimits({ ...defaultDeployment, architecture: "x86_64" }, "TrainClient", {
    memoryMb: 1769,
  });
  for (const one of [defaultDeployment, other]) {
    expect(parseDeployment(JSON.stringify(one), at, functionNames)).toEqual(one);
  }
  expect(other.functions.TrainClient).toEqual({ memoryMb: 1769, timeoutMinutes: 15 });
  expect(other.functions.FinishRun).toEqual(defaultDeployment.functions.FinishRun);
});

test("what a later version adds is left out", () => {
  const later = { ...defaultDeployment, concurrency: 5 };
  expect(parseDeployment(JSON.stringify(later), at, functionNames)).toEqual(defaultDeployment);
});

const { TrainClient: _, ...without } = defaultDeployment.functions;

describe("one sentence says where it stands, what is wrong and to deploy again, of", () => {
  test.each<[string, string | undefined, RegExp]>([
    ["nothing", undefined, /is missing/],
    ["an empty text", "", /is missing/],
    ["a flag, as versions before had it", "true", /\(.*expected object.*\)/],
    ["what is no JSON", "{", /\(.*expected object.*\)/],
    [
      "a function that is missing",
      JSON.stringify({ ...defaultDeployment, functions: without }),
      /TrainClient/,
    ],
    ["another processor", JSON.stringify({ ...defaultDeployment, architecture: "riscv" }), /architecture: /],
    [
      "memory that is none",
      JSON.stringify(withLimits(defaultDeployment, "FinishRun", { memoryMb: 0 })),
      /functions\.FinishRun\.memoryMb: /,
    ],
  ])("%s", (_what, text, why) => {
    const attempt = () => parseDeployment(text, at, functionNames);
    expect(attempt).toThrow(expect.objectContaining({ name: "StackOutdated" }));
    expect(attempt).toThrow(why);
    expect(attempt).toThrow(/^the output Deployment is [^.]*(\.\w+[^.]*)*; run npx cdk deploy again$/);
  });
});

test("a configuration with the baseline takes a stack with it", () => {
  const bare: Deployment = { ...defaultDeployment, baseline: false };
  const [asking, none] = [resolveConfig({}), resolveConfig({ set: ["baseline.enabled=false"] })];
  expect(() => checkDeployed(asking, defaultDeployment)).not.toThrow();
  expect(() => checkDeployed(none, bare)).not.toThrow();
  expect(() => checkDeployed(asking, bare)).toThrow(expect.objectContaining({ name: "BaselineUnavailable" }));
});
