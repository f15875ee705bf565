import { Command } from "commander";
import { checkRunName } from "./run/name.ts";
import type { Session } from "./session.ts";

/** Adds to a command its options, its examples and what it does. */
type Definition = (command: Command, session: Session) => Command;

interface Listed {
  /** What --help says of it. */
  readonly description: string;
  /** Each with what it stands for; one that is called run is the name of a run. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** Has commands of its own, which --help does not list before it is loaded. */
  readonly commands?: true;
  /** Ended by Ctrl-C wherever it is, since that leaves nothing half done; others notice it, and end in order. */
  readonly endsAtOnce?: true;
  readonly load: () => Promise<Definition>;
}

const ofOneRun = { "<run>": "name of the run" };

/**
 * Every command, in the order of --help. Their modules, which need the AWS SDK, the local endpoints and more, are loaded
 * when they are used.
 */
const listed: Readonly<Record<string, Listed>> = {
  run: {
    description: "run a federation and its centralized baseline, and wait for the result",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  follow: {
    description: "watch a run that is under way on AWS, and bring home what it comes to",
    arguments: ofOneRun,
    load: async () => (await import("./commands/follow.ts")).followCommand,
  },
  stop: {
    description: "stop a run that is under way on AWS; fedstep resume goes on with it",
    arguments: ofOneRun,
    endsAtOnce: true,
    load: async () => (await import("./commands/stop.ts")).stopCommand,
  },
  resume: {
    description: "go on with a run that failed or was stopped, from its last complete round",
    arguments: ofOneRun,
    load: async () => (await import("./commands/resume.ts")).resumeCommand,
  },
  study: {
    description: "run a grid of configurations with several seeds each, and tabulate what came out",
    arguments: { "<file>": "JSON file that describes the grid" },
    load: async () => (await import("./commands/study.ts")).studyCommand,
  },
  schema: {
    description: "say what tables are like, for runs that text, gaps and dates stand in",
    commands: true,
    load: async () => (await import("./commands/schema.ts")).schemaCommand,
  },
  partition: {
    description: "show how a configuration divides the data set among the clients; nothing is written",
    load: async () => (await import("./commands/partition.ts")).partitionCommand,
  },
  cost: {
    description: "estimate what a run costs on AWS, or tell what one has cost; nothing is written or started",
    arguments: { "[run]": "name of the run; left out, a run of the given configuration is estimated" },
    load: async () => (await import("./commands/cost.ts")).costCommand,
  },
  runs: {
    description: "list the runs, newest first",
    endsAtOnce: true,
    load: async () => (await import("./commands/runs.ts")).runsCommand,
  },
  show: {
    description: "show one run: its result, or how far it came",
    arguments: ofOneRun,
    endsAtOnce: true,
    load: async () => (await import("./commands/show.ts")).showCommand,
  },
  report: {
    description: "write the report of a finished run again, as a page that opens without a network",
    arguments: ofOneRun,
    endsAtOnce: true,
    load: async () => (await import("./commands/report.ts")).reportCommand,
  },
  verify: {
    description: "compute again whatever a run has left, and say which object was changed",
    arguments: ofOneRun,
    endsAtOnce: true,
    load: async () => (await import("./commands/verify.ts")).verifyCommand,
  },
  compare: {
    description: "set finished runs beside each other: figures, curves, and how their configurations differ",
    arguments: { "<run...>": "names of the runs" },
    endsAtOnce: true,
    load: async () => (await import("./commands/compare.ts")).compareCommand,
  },
  predict: {
    description: "ask the models of a finished run about pictures (PNG) or rows of a table (CSV)",
    arguments: { "<run>": "name of the run", "<file...>": "PNG and CSV files" },
    load: async () => (await import("./commands/predict.ts")).predictCommand,
  },
  privacy: {
    description: "say what noise protects: the epsilon of so many noisy steps, and the noise for an epsilon",
    commands: true,
    endsAtOnce: true,
    load: async () => (await import("./commands/privacy.ts")).privacyCommand,
  },
  remove: {
    description: "say what a run has left, and with --yes delete it",
    arguments: ofOneRun,
    endsAtOnce: true,
    load: async () => (await import("./commands/remove.ts")).removeCommand,
  },
  owner: {
    description: "take part in a federation with data that stay here: keys, policy, agreement, log",
    commands: true,
    endsAtOnce: true,
    load: async () => (await import("./commands/owner.ts")).ownerCommand,
  },
  federation: {
    description: "bring owners who keep their data together: members, agreement, acceptances",
    commands: true,
    load: async () => (await import("./commands/federation.ts")).federationCommand,
  },
  demo: {
    description: "show on this machine how owners who keep their data train together, and what has left them",
    commands: true,
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  emulator: {
    description:
      "keep S3, Lambda, Step Functions, CloudFormation, STS, SSM and KMS up on this machine, for the AWS CLI and --target aws",
    load: async () => (await import("./commands/emulator.ts")).emulatorCommand,
  },
};

/** @param used their definitions are loaded; of the others stands what --help lists */
export async function listCommands(
  session: Session,
  used: (name: string) => boolean,
): Promise<readonly Command[]> {
  const commands = Object.entries(listed).map(async ([name, one]) => {
    const command = new Command(name).description(one.description);
    if (one.commands) command.usage("<command> [options]");
    for (const [syntax, description] of Object.entries(one.arguments ?? {})) {
      const argument = command.createArgument(syntax, description);
      // before anything is asked or read
      if (argument.name() === "run" && argument.variadic) argument.argParser(eachName);
      else if (argument.name() === "run") argument.argParser(oneName);
      command.addArgument(argument);
    }
    return used(name) ? (await one.load())(command, session) : command;
  });
  return Promise.all(commands);
}

const oneName = (name: string) => checkRunName(name);
const eachName = (name: string, before: readonly string[] = []) => [...before, checkRunName(name)];

/** Whether Ctrl-C ends a command line wherever it is; no command at all does nothing that could be half done. */
export function endsAtOnce(args: readonly string[]): boolean {
  const [name] = args;
  return name === undefined || (listed[name]?.endsAtOnce ?? false);
}
