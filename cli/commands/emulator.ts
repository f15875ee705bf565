import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
import { localBucket } from "../../local/assembly/names.ts";
import { startEmulator } from "../../local/emulator.ts";
import { type ChaosArguments, chaosFrom, chaosHelp, chaosOptions } from "../chaos.ts";
import { options } from "../options.ts";
import type { Session } from "../session.ts";

const defaultPort = 4720;

interface EmulatorOptions extends ChaosArguments {
  readonly port: number;
  readonly home: string;
  readonly environments?: number;
}

export function emulatorCommand(session: Session): Command {
  return new Command("emulator")
    .description(
      "keep the local S3, Lambda, Step Functions and CloudFormation endpoints up, for the AWS CLI and --target aws",
    )
    .option(
      "--port <n>",
      "port of S3; Lambda, Step Functions and CloudFormation take the three after it",
      parsePort,
      defaultPort,
    )
    .addOption(options.home())
    .addOption(options.environments())
    .addOption(chaosOptions.chaos())
    .addOption(chaosOptions.seed())
    .addOption(chaosOptions.fastRetries())
    .addHelpText(
      "after",
      `
Examples:
  fedstep emulator
  AWS_ENDPOINT_URL_S3=http://127.0.0.1:${defaultPort} aws s3 ls s3://${localBucket}/runs/
  fedstep emulator --chaos faults.json
${chaosHelp}`,
    )
    .action((given: EmulatorOptions) => emulator(session, given));
}

async function emulator(session: Session, given: EmulatorOptions): Promise<void> {
  const { port, home, environments, fastRetries = false } = given;
  const chaos = await chaosFrom(given, session.say);
  const emulator = await startEmulator({
    home,
    ports: { s3: port, lambda: port + 1, states: port + 2, cloudFormation: port + 3 },
    ...(environments !== undefined && { environments }),
    chaos,
    fastRetries,
    onSynth: () => session.say("synthesizing the stack (once per version of the sources)"),
  });
  try {
    session.print(
      [
        `S3              ${emulator.urls.s3}   bucket ${emulator.assembly.bucket}`,
        `Lambda          ${emulator.urls.lambda}   ${emulator.assembly.functions.map(({ name }) => name).join(" ")}`,
        `Step Functions  ${emulator.urls.states}   ${emulator.assembly.stateMachine.arn}`,
        `CloudFormation  ${emulator.urls.cloudFormation}   ${emulator.assembly.stack.name}`,
        "",
        "for the AWS CLI, and for fedstep with --target aws:",
        `  export AWS_ENDPOINT_URL_S3=${emulator.urls.s3} AWS_ENDPOINT_URL_LAMBDA=${emulator.urls.lambda}`,
        `  export AWS_ENDPOINT_URL_SFN=${emulator.urls.states} AWS_ENDPOINT_URL_CLOUDFORMATION=${emulator.urls.cloudFormation}`,
        "  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1",
        "Ctrl-C ends it.",
      ].join("\n"),
    );
    if (!session.signal.aborted) await once(session.signal, "abort");
    session.signal.throwIfAborted();
  } finally {
    await emulator.close();
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  // three more ports follow it
  if (Number.isInteger(port) && port >= 1 && port <= 65_532) return port;
  throw new InvalidArgumentError("takes a port from 1 to 65532.");
}
