import { readFileSync } from "node:fs";
import { type InputError, tooFewFiles, webAssemblyUnavailable } from "../shared/errors.ts";

/** As far as it is used here; Node's types leave it to those of the browser. */
declare const WebAssembly: { readonly Memory: new (size: { readonly initial: number }) => unknown };

/** Modules are loaded some hundred at a time, and each environment of a run takes a handful for as long as it lives. */
const leastFiles = 256;

/**
 * Why this process cannot work, before it fails in the middle: with too few files Node does not find packages that are
 * there. Systems other than Linux do not say.
 */
export function unmetLimit(limits = readLimits()): InputError | undefined {
  const files = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (files >= leastFiles) return undefined;
  return tooFewFiles(
    `this command may have ${files} files open, and takes ${leastFiles}: raise the limit, as by ulimit -n 4096`,
  );
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}

/**
 * Node's own HTTP client asks for WebAssembly as soon as it is loaded, and nobody waits for the answer: Node 22 ends a
 * process for that, whatever it does, where there are too few addresses. Who does use that client is told by its own error.
 */
export function outliveOwnClient(): void {
  process.on("unhandledRejection", (reason) => {
    if (reason instanceof RangeError && reason.message.startsWith("WebAssembly.instantiate()")) return;
    throw reason;
  });
}

/**
 * Asked before a run is begun, since the functions that train are processes under the same limits.
 * @throws WebAssemblyUnavailable
 */
export function requireWebAssembly(): void {
  try {
    new WebAssembly.Memory({ initial: 1 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw webAssemblyUnavailable(
      `there is no memory for WebAssembly, which trains the models (${reason}): Node.js reserves some 10 GB of addresses for ` +
        "it, of which little is used; lift the limit on them, as by ulimit -v unlimited",
      { cause },
    );
  }
}
