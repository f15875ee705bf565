import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import * as z from "zod";
import { signalGroup } from "../../local/process-group.ts";
import type { ProjectCopy } from "./copy.ts";

/** What became of the tests of one file. */
export interface FileResult {
  /** From the root. */
  readonly file: string;
  /** Full names of the tests that ran, by how they ended. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** Why the file as a whole failed: it was not loaded, or what is to be there before its tests was not made. */
  readonly broken?: string;
}

export interface TestRun {
  readonly files: readonly FileResult[];
  /** Why there is no result for all: the setup failed, or the tests did not end. */
  readonly broken?: string;
}

export interface Selection {
  readonly tests: readonly string[];
  readonly titled?: string | undefined;
  /** Whether what is generated of the sources is made anew before; the command sees to dist by itself. */
  readonly prepares?: boolean;
}

/** Minutes that tests of so many files may take, on a machine with much to do; a mutant may be an endless loop. */
const longest = (files: number) => 4 + files;

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(""),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** Runs these tests of the copy with vitest, until one of them fails. @throws the signal's reason */
export async function runTests(
  { folder, temporary }: Pick<ProjectCopy, "folder" | "temporary">,
  { tests, titled, prepares = true }: Selection,
  signal: AbortSignal,
): Promise<TestRun> {
  signal.throwIfAborted();
  const answer = join(temporary, "report.json");
  rmSync(answer, { force: true });
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const choice = titled === undefined ? [] : ["--testNamePattern", titled];
  // of several files each has to be known
  const until = tests.length === 1 ? ["--bail", "1"] : [];
  const cached = "--experimental.fsModuleCache";
  const options = [...choice, ...until, cached, "--reporter", "json", "--outputFile", answer];
  const child = spawn(process.execPath, [vitest, "run", ...options, ...tests], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary, CI: "1", FEDSTEP_TESTS_PREPARED: prepares ? "" : "1" },
    stdio: ["ignore", "pipe", "pipe"],
    // a group of its own, with which all that tests have started ends
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-2000);
    });
  }
  const minutes = longest(tests.length);
  const end = AbortSignal.any([signal, AbortSignal.timeout(60_000 * minutes)]);
  const kill = () => signalGroup(child, "SIGKILL");
  end.addEventListener("abort", kill);
  try {
    await once(child, "close");
  } finally {
    end.removeEventListener("abort", kill);
  }
  signal.throwIfAborted();
  if (end.aborted) return { files: [], broken: `no end within ${minutes} minutes` };
  return readReport(folder, answer, said);
}

function readReport(folder: string, answer: string, said: string): TestRun {
  let text: string;
  try {
    text = readFileSync(answer, "utf8");
  } catch {
    return { files: [], broken: said.trim() || "vitest said nothing" };
  }
  const files = report
    .parse(JSON.parse(text))
    .testResults.map(({ name, status, message, assertionResults }) => {
      const ended = (how: string) =>
        assertionResults.filter((one) => one.status === how).map(({ fullName }) => fullName);
      const failed = ended("failed");
      const file = relative(folder, name).split(sep).join("/");
      const broken = status === "failed" && failed.length === 0 ? { broken: message.trim() } : {};
      return { file, passed: ended("passed"), failed, ...broken };
    });
  return { files };
}
