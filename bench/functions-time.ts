import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds of a tick, in which Linux counts a process's time. */
const tickMs = 10;

/** Processor time that each function's environments have used so far, in milliseconds by their names; empty where there is no /proc. */
export function functionsTime(): Map<string, number> {
  const spent = new Map<string, number>();
  for (const pid of processes()) {
    const [name, ms] = timeOf(pid) ?? [];
    if (name !== undefined && ms !== undefined) spent.set(name, (spent.get(name) ?? 0) + ms);
  }
  return spent;
}

function processes(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Undefined of any process that is no environment of a function started from here, or gone meanwhile. */
function timeOf(pid: string): [name: string, ms: number] | undefined {
  try {
    const name = /AWS_LAMBDA_FUNCTION_NAME=fedstep-(\w+)/.exec(
      readFileSync(`/proc/${pid}/environ`, "utf8"),
    )?.[1];
    // fields 4, 14 and 15 of proc(5): the parent, and time in user and in system mode
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    if (name === undefined || fields[1] !== String(process.pid)) return undefined;
    return [name, tickMs * (Number(fields[11]) + Number(fields[12]))];
  } catch {
    return undefined;
  }
}
