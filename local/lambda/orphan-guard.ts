import { spawn } from "node:child_process";

/**
 * A shell that outlives us by a moment: when its input ends, even because this process was killed outright, it kills
 * the process groups still on its list. A runtime that waits notices by itself that the emulator is gone; one that
 * computes in a loop cannot, and would go on until its work is done.
 */
const script = `
list=
while read -r sign pid; do
  if [ "$sign" = + ]; then list="$list $pid"; continue; fi
  rest=
  for one in $list; do [ "$one" = "$pid" ] || rest="$rest $one"; done
  list=$rest
done
for one in $list; do kill -s KILL -- "-$one" 2>/dev/null; done`;

export interface OrphanGuard {
  watch(pid: number): void;
  forget(pid: number): void;
  close(): void;
}

export function startOrphanGuard(): OrphanGuard {
  // a session of its own, so that Ctrl-C at the terminal does not end the guard before us
  const shell = spawn("/bin/sh", ["-c", script], {
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  // without a shell there is no guard, and the runtimes still notice a broken connection
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  return {
    watch: (pid) => void shell.stdin.write(`+ ${pid}\n`),
    forget: (pid) => void shell.stdin.write(`- ${pid}\n`),
    close: () => void shell.stdin.end(),
  };
}
