import { type Profiler, Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mnistSize } from "../../../cloud/cost/data-size.ts";
import { checkLimits } from "../../../cloud/limits/limits.ts";
import { sizingOf } from "../../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Files of the project in which functions are called while the work is done. */
async function filesCalled(work: () => void): Promise<string[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    await session.post("Profiler.takePreciseCoverage");
    work();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const paths = result.filter(isCalled).map(({ url }) => url.replace(/^file:\/\//, ""));
    return paths
      .filter((path) => path.startsWith(root) && !/\/(node_modules|test)\//.test(path))
      .map((path) => path.slice(root.length))
      .sort();
  } finally {
    session.disconnect();
  }
}

/** As vitest has modules, a constant that another one reads comes by a function too, which has no name. */
const isCalled = ({ functions }: Profiler.ScriptCoverage) =>
  functions.some(({ functionName, ranges: [whole] }) => functionName !== "" && (whole?.count ?? 0) > 0);

test.each([
  // helpers open no sums where nothing is masked; an estimate asks their step how often it is invoked
  ["a configuration", [], footprints.length - 1],
  ["one with a budget, which is estimated too", ["federation.budget=1"], footprints.length],
])(
  "%s passes through at most 11 files and the footprints on its way through the checks",
  async (_what, set, steps) => {
    const sizing = sizingOf(resolveConfig({ preset: "paper", set }), mnistSize);
    const files = await filesCalled(() => checkLimits(sizing, defaultDeployment, footprints));
    // each footprint among them, so that what is counted is what was called
    expect(files.filter((file) => file.endsWith("/footprint.ts"))).toHaveLength(steps);
    expect(files).toContain("cloud/limits/limits.ts");
    expect(files.length, files.join("\n")).toBeLessThanOrEqual(11 + steps);
  },
);
