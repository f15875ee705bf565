import { main } from "./main.ts";
import { exitCodes, type Session } from "./session.ts";

/** The command line in a process of its own: real streams, Ctrl-C, exit code. */
export async function runProcess(): Promise<void> {
  const interrupt = new AbortController();
  let interrupts = 0;
  const onSignal = () => {
    interrupt.abort();
    // a second Ctrl-C does not wait for anything to end in order
    if (++interrupts > 1) process.exit(exitCodes.interrupted);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  // whoever reads the output may have left, as head does
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.done);
  });
  const session: Session = {
    env: process.env,
    stderr: process.stderr,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    signal: interrupt.signal,
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
  };
  process.exitCode = await main(process.argv.slice(2), session);
}
