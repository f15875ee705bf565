import type { Mutant } from "../mutant.ts";

/** What is deployed, and how functions and package say what they are. */
export const stack: readonly Mutant[] = [
  {
    name: "dashboard-without-region",
    fault: "The dashboard is called after the stack alone, so that one in another region has the same name.",
    file: "cdk/outputs.ts",
    find: "(stack: string, region: string) => ",
    replace: "(stack: string, region: string) => region.slice(region.length) + stack || ",
    tests: ["test/cdk/monitoring.test.ts"],
  },
  {
    name: "alarm-of-unpublished-metrics",
    fault: "An alarm adds two metrics of which one is not published, and stays silent.",
    file: "cdk/constructs/alarms.ts",
    find: '"FILL(failed, 0) + FILL(timedOut, 0)"',
    replace: '"failed + timedOut"',
    tests: ["test/cdk/monitoring.test.ts"],
  },
  {
    name: "function-of-this-node",
    fault: "GetFunctionConfiguration says the Node that runs here in place of the one that is deployed.",
    file: "local/lambda/function-configuration.ts",
    find: "Runtime: fn.described.runtime",
    replace: 'Runtime: "nodejs" + process.versions.node.split(".")[0] + ".x"',
    tests: ["test/local/lambda/invoke.test.ts"],
  },
  {
    name: "function-without-architecture",
    fault: "GetFunctionConfiguration says no architecture.",
    file: "local/lambda/function-configuration.ts",
    find: "Architectures: fn.described.architectures,\n",
    replace: "",
    tests: ["test/local/lambda/invoke.test.ts"],
  },
  {
    name: "engines-of-older-node",
    fault: "The package asks for a Node that some of its dependencies do not take.",
    file: "package.json",
    find: '"node": ">=22.9.0"',
    replace: '"node": ">=20.19.0"',
    tests: ["test/package.test.ts"],
    titled: "asks for a Node",
  },
  {
    name: "prepare-may-not-claim",
    fault: "PrepareRun has no right to write the configuration of an execution that nobody laid out.",
    file: "functions/prepare-run/footprint.ts",
    find: "creates: [datasets, config]",
    replace: "creates: [datasets]",
    tests: ["test/cdk/rights.test.ts"],
  },
  {
    name: "prepare-may-change-configurations",
    fault: "PrepareRun may write over the configuration of another run.",
    file: "functions/prepare-run/footprint.ts",
    find: "writes: [shards, plan, partition, globals, roundMetrics, roundTimes, roundStates],",
    replace: "writes: [shards, config, plan, partition, globals, roundMetrics, roundTimes, roundStates],",
    tests: ["test/cdk/rights.test.ts"],
  },
];
