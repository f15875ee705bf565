import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LocalFunction } from "../assembly/assembly.ts";
import type { SessionCredentials } from "../iam/credential-store.ts";
import { killRest, signalGroup } from "../process-group.ts";
import type { LogFile } from "./log-file.ts";
import type { OrphanGuard } from "./orphan-guard.ts";
import { processEnvironment } from "./process-environment.ts";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

const runtime = fileURLToPath(new URL("./runtime.mjs", import.meta.url));
/** Node's heap gets this share of the function's memory; the rest is for what lies outside the heap. */
const heapShare = 0.9;
const patienceMs = 500;

const signalNames: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};

/** How a process ended, in Lambda's words. */
function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${signalNames[signal] ?? signal}`;
  return code === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${code}`;
}

export interface EnvironmentProcess {
  /** Undefined when the process could not be started, which `exited` then explains. */
  readonly pid: number | undefined;
  /** Resolves once the process is gone, with the reason as Lambda words it. */
  readonly exited: Promise<string>;
  kill(): void;
  /** SIGTERM, and SIGKILL for what has not gone by then. */
  end(): Promise<void>;
}

export interface ProcessOptions {
  readonly function: LocalFunction;
  readonly runtimeApi: string;
  readonly credentials: SessionCredentials;
  readonly log: LogFile;
  readonly logStream: string;
  readonly extra: Readonly<Record<string, string>>;
  readonly guard: OrphanGuard;
  failed(error: unknown): void;
}

/** One Node process in a process group of its own, so that Ctrl-C at the terminal leaves its end to us. */
export function startEnvironmentProcess(options: ProcessOptions): EnvironmentProcess {
  const { function: fn, guard, log, failed } = options;
  const temporaryDirectory = makeTemporaryDirectory();
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${Math.floor(fn.memoryMb * heapShare)}`, runtime],
    {
      cwd: fn.directory,
      detached: true,
      env: processEnvironment({ ...options, temporaryDirectory }, options.extra),
      stdio: ["ignore", log.descriptor, log.descriptor],
    },
  );
  const { pid } = child;
  if (pid !== undefined) guard.watch(pid);
  const exited = new Promise<string>((resolve) => {
    const gone = (reason: string): void => {
      if (pid !== undefined) {
        // as the environment on AWS, which ends with all that runs in it
        killRest(pid);
        guard.forget(pid);
      }
      rmSync(temporaryDirectory, { recursive: true, force: true });
      resolve(reason);
    };
    child.once("error", (error) => {
      failed(error);
      gone(`Runtime failed to start: ${error.message}`);
    });
    child.once("exit", (code, name) => gone(describeExit(code, name)));
  });
  return {
    pid,
    exited,
    kill: () => signalGroup(child, "SIGKILL"),
    async end() {
      signalGroup(child, "SIGTERM");
      const timer = setTimeout(() => signalGroup(child, "SIGKILL"), patienceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
