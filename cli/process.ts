import { outputLost } from "../shared/errors.ts";
import { systemReason } from "../system/system-error.ts";
import { endsAtOnce } from "./command-list.ts";
import { onInterrupts } from "./interrupts.ts";
import { outliveTerminal } from "./lost-terminal.ts";
import { outliveOwnClient, unmetLimit } from "./machine-limits.ts";
import { main } from "./main.ts";
import { type Output, outputOf } from "./output.ts";
import { exitCodes, type Session } from "./session.ts";
import { nameSourcesInStacks } from "./stacks.ts";

/** The command line in a process of its own: real streams, Ctrl-C, exit code. */
export async function runProcess(): Promise<void> {
  const args = process.argv.slice(2);
  nameSourcesInStacks();
  outliveTerminal();
  outliveOwnClient();
  const signal = onInterrupts(endsAtOnce(args), () => {
    // nobody waits for anything to end in order; a live view has hidden the cursor and cut long lines
    if (process.stderr.isTTY) process.stderr.write("\u001b[?25h\u001b[?7h\n");
    process.exit(exitCodes.interrupted);
  });
  const stdout = outputOf(process.stdout);
  const stderr = outputOf(process.stderr);
  const session: Session = {
    env: process.env,
    stderr: process.stderr,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    signal,
    print: (text) => stdout.write(`${text}\n`),
    say: (text) => stderr.write(`${text}\n`),
  };
  const unmet = unmetLimit();
  if (unmet) {
    stderr.write(`${unmet.name}: ${unmet.message}\n`);
    process.exitCode = exitCodes.badInput;
    return;
  }
  const code = await main(args, session);
  const complete = await saidAll(stdout, stderr);
  process.exitCode = code === exitCodes.done && !complete ? exitCodes.failed : code;
}

/** Whether all that was said has arrived; where it has not, the stream that is left is told. */
async function saidAll(stdout: Output, stderr: Output): Promise<boolean> {
  const lost = { answer: await stdout.settled(), messages: await stderr.settled() };
  if (lost.answer) {
    const { name, message } = outputLost(
      `the answer could not be written to standard output (${systemReason(lost.answer)}); ` +
        "make room or name another place, and ask again: of a run that has finished, fedstep show prints the result",
    );
    stderr.write(`${name}: ${message}\n`);
  }
  // a file is for the answer alone
  if (lost.messages && process.stdout.isTTY) {
    const { name, message } = outputLost(
      `messages could not be written to standard error (${systemReason(lost.messages)}); ` +
        "name another place for them, and what they told can be asked for again by fedstep show",
    );
    stdout.write(`${name}: ${message}\n`);
  }
  await Promise.all([stdout.settled(), stderr.settled()]);
  return !lost.answer && !lost.messages;
}
