import { Command, CommanderError } from "commander";
import { FedstepError, InputError } from "../shared/errors.ts";
import { version } from "../shared/version.ts";
import { listCommands } from "./command-list.ts";
import { exitCodes, type Session, visibly } from "./session.ts";
import { namedServiceError } from "./targets/service-error.ts";

/**
 * The program as commander knows it; tests ask it for its help.
 * @param used whether a command's definition is wanted
 */
export async function buildProgram(
  session: Session,
  used: (name: string) => boolean = () => true,
): Promise<Command> {
  const program = new Command("fedstep")
    .description("federated learning on Step Functions, Lambda and S3, or the same on this machine")
    .version(version)
    // as commander has it, without a look at options that are not loaded
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .showHelpAfterError("(fedstep --help tells what it takes)")
    .addHelpText(
      "after",
      `
Examples:
  fedstep run --preset paper            the paper's experiment, here
  fedstep partition --preset paper      who gets which examples
  fedstep cost --preset paper           what it would cost on AWS
  fedstep study studies/foreign-digits.json  a grid of configurations and seeds, and its table
  fedstep runs                          what has been run
  fedstep report RUN --open             a run as a page in the browser
  fedstep compare RUN RUN               two runs beside each other
  fedstep predict RUN digit.png         what its models say of a picture
  fedstep emulator                      S3, Lambda, Step Functions, CloudFormation, STS, SSM and KMS on this machine
  fedstep run --target aws --name RUN   in the account that the AWS SDK is set up for
  fedstep follow RUN --target aws       watch that again; fedstep stop RUN --target aws ends it

Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted.`,
    );
  for (const command of await listCommands(session, used)) program.addCommand(command);
  quieten(program, session);
  return program;
}

/** Whatever a command and those below it say goes through the session, and none of them ends the process. */
function quieten(command: Command, session: Session): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => session.print(text.trimEnd()),
    writeErr: (text) => session.say(text.trimEnd()),
  });
  for (const below of command.commands) quieten(below, session);
}

/** Runs one command line (without node and script); returns the exit code. */
export async function main(args: readonly string[], process: Session): Promise<number> {
  const session = visibly(process);
  try {
    const program = await buildProgram(session, (name) => args.includes(name));
    await program.parseAsync([...args], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    return report(error, session);
  }
}

/** What says how an interrupted run goes on. */
const interruptions = ["RunInterrupted", "WatchingEnded"];

function report(error: unknown, session: Session): number {
  // commander has printed its own message by now; asking for help or the version is no error
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
  if (session.signal.aborted) {
    const goesOn = error instanceof FedstepError && interruptions.includes(error.name);
    // the terminal has written ^C where the next line is to begin
    if (session.stderr.isTTY) session.stderr.write("\r\u001b[K");
    session.say(goesOn ? error.message : "interrupted");
    return exitCodes.interrupted;
  }
  const named = namedServiceError(error) ?? (error instanceof FedstepError ? error : undefined);
  if (named) session.say(`${named.name}: ${indented(named.message)}`);
  else session.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return named instanceof InputError ? exitCodes.badInput : exitCodes.failed;
}

/** A line that a message quotes from elsewhere is not to be taken for one of ours. */
function indented(message: string): string {
  return message.replaceAll("\n", "\n  ");
}
