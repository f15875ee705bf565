import { defineConfig } from "vitest/config";
import { SkippedByName } from "./test/skipped-by-name.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: [
      "default",
      new SkippedByName(),
      ...(process.env.FEDSTEP_TEST_REPORT ? (["json"] as const) : []),
    ],
    ...(process.env.FEDSTEP_TEST_REPORT ? { outputFile: process.env.FEDSTEP_TEST_REPORT } : {}),
  },
});
