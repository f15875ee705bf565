import { closeSync } from "node:fs";
import { isatty } from "node:tty";

const standardStreams = [0, 1, 2];

/**
 * Lets this process end in order after its terminal has gone. Node gives a terminal its settings back at the end, and aborts
 * where that fails (ResetStdio in its src/node.cc); a stream that is closed is passed over.
 */
export function outliveTerminal(): void {
  const terminals = standardStreams.filter((fd) => isatty(fd));
  process.on("exit", () => {
    for (const fd of terminals.filter((fd) => !isatty(fd))) closeSync(fd);
  });
}
