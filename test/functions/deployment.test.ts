import { afterEach, expect, test, vi } from "vitest";
import { functionDeployment } from "../../functions/deployment.ts";
import { defaultDeployment } from "../../functions/footprints.ts";

afterEach(() => void vi.unstubAllEnvs());

test("a function knows from its environment what its stack offers", () => {
  vi.stubEnv("FEDSTEP_DEPLOYMENT", JSON.stringify(defaultDeployment));
  expect(functionDeployment()).toEqual(defaultDeployment);
});

test.each([
  [undefined, /FEDSTEP_DEPLOYMENT is missing/],
  ["{}", /FEDSTEP_DEPLOYMENT is not what .*\(architecture: /],
])("says so where its environment holds %j", (text, message) => {
  vi.stubEnv("FEDSTEP_DEPLOYMENT", text);
  expect(functionDeployment).toThrow(message);
  expect(functionDeployment).toThrow(/run npx cdk deploy again$/);
});
