import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { SkippedByName } from "./test/skipped-by-name.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    // one process fewer than there are cores is vitest's choice; of two cores, half would rest
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // none depends on the speed of the machine, and a busy one takes five times as long as a quiet one
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: [
      "default",
      new SkippedByName(),
      ...(process.env.FEDSTEP_TEST_REPORT ? (["json"] as const) : []),
    ],
    ...(process.env.FEDSTEP_TEST_REPORT ? { outputFile: process.env.FEDSTEP_TEST_REPORT } : {}),
  },
});
