import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Folder for whatever test processes leave behind, gone when all have ended. */
    temporary: string;
  }
}

/** Tests never run against what is older than its source, and synthesize the stack once. */
export default function setup(project: TestProject): (() => void) | undefined {
  // every project of the configuration has this, and finds what the root provides
  if (!project.isRootProject()) return undefined;
  // the SDK's reminder to move on from Node 20 says nothing about a test
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  // functions that tests call in their own process would print a line of metrics for every round
  process.env.POWERTOOLS_METRICS_DISABLED = "true";
  // the CDK would hold every stack to its rules, which takes seconds, and only warn: npm run synth does it once
  process.env.CDK_VALIDATION = "false";
  // whoever runs one test after the other has prepared for all of them; the command looks for itself
  if (process.env.FEDSTEP_TESTS_PREPARED !== "1") {
    const program = fileURLToPath(new URL("../bin/fedstep.mjs", import.meta.url));
    // the command compiles what is older than its source
    execFileSync(process.execPath, [program, "--version"], { stdio: ["ignore", "ignore", "inherit"] });
  }
  const temporary = mkdtempSync(join(tmpdir(), "fedstep-tests-"));
  project.provide("temporary", temporary);
  return () => rmSync(temporary, { recursive: true, force: true });
}
