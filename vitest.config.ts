import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";
import { SkippedByName } from "./test/skipped-by-name.ts";

/** Rooms whose tests one process can take one after the other; those of the scripts start processes of their own. */
const rooms = [
  "cdk",
  "cli",
  "cloud",
  "contract",
  "documents",
  "functions",
  "local",
  "mnist",
  "owner",
  "report",
  "shared",
  "storage",
  "tables",
];
/** What a file changes of the process that runs it, or of its modules, the next one there would find. */
const changesProcess =
  /\bvi\.(?!wait)|\bprocess\.(env|chdir|umask|on|once|exitCode|kill)\b|\bglobalThis\b|mockClient\((?!new )|mocked-aws/;
const together = rooms
  .flatMap((room) => filesIn(join("test", room)))
  .filter((file) => !changesProcess.test(readFileSync(join(import.meta.dirname, file), "utf8")));

function filesIn(folder: string): string[] {
  const paths = readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: "utf8" });
  return paths.filter((path) => path.endsWith(".test.ts")).map((path) => join(folder, path));
}

export default defineConfig({
  test: {
    projects: [
      // a module that several of them import is loaded once: a minute and a half less on two cores
      { extends: true, test: { name: "together", include: together, isolate: false } },
      { extends: true, test: { name: "apart", include: ["test/**/*.test.ts"], exclude: together } },
    ],
    sequence: { sequencer: LongestFirst },
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
