import { once } from "node:events";
import { type Command, InvalidArgumentError } from "commander";
import { localBucket, region } from "../../local/assembly/names.ts";
import type { GivenStack } from "../../local/assembly/other-stacks.ts";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { administratorCredentials } from "../../local/iam/credential-store.ts";
import { explanation } from "../../local/iam/explanation.ts";
import { configInvalid } from "../../shared/errors.ts";
import { type ChaosArguments, chaosFrom, chaosHelp, chaosOptions } from "../chaos.ts";
import { requireWebAssembly } from "../machine-limits.ts";
import { options, parsePort } from "../options.ts";
import type { Session } from "../session.ts";

const defaultPort = 4720;

interface EmulatorOptions extends ChaosArguments {
  readonly port: number;
  readonly home: string;
  readonly environments?: number;
  readonly explain?: boolean;
  readonly deploy: readonly GivenStack[];
  readonly parameter: readonly GivenParameter[];
}

interface GivenParameter {
  readonly account: string;
  readonly name: string;
  readonly value: string;
}

export function emulatorCommand(command: Command, session: Session): Command {
  return command
    .option(
      "--port <n>",
      "port of all of them, by AWS_ENDPOINT_URL; 0 for any that is free",
      parsePort,
      defaultPort,
    )
    .addOption(options.home())
    .addOption(options.environments())
    .option(
      "--explain",
      "say of each request that is denied who asked, and which statement denied it or was missing",
    )
    .option(
      "--deploy <account=folder>",
      "deploy a cloud assembly, as cdk synth writes it, in another account of 12 digits; may be given again",
      collectStack,
      [],
    )
    .option(
      "--parameter <account.name=value>",
      "value of a parameter of the stack that is deployed in that account; may be given again",
      collectParameter,
      [],
    )
    .addOption(chaosOptions.chaos())
    .addOption(chaosOptions.seed())
    .addOption(chaosOptions.fastRetries())
    .addHelpText(
      "after",
      `
Examples:
  fedstep emulator
  AWS_ENDPOINT_URL=http://127.0.0.1:${defaultPort} aws s3 ls s3://${localBucket}/runs/
  fedstep emulator --deploy 111122223333=cdk.out --parameter 111122223333.OwnerName=hospital
  fedstep emulator --chaos faults.json
${chaosHelp}`,
    )
    .action((given: EmulatorOptions) => emulator(session, given));
}

async function emulator(session: Session, given: EmulatorOptions): Promise<void> {
  requireWebAssembly();
  const { port, home, environments, explain = false, fastRetries = false, deploy, parameter } = given;
  const chaos = await chaosFrom(given, session.say);
  const emulator = await startEmulator({
    home,
    port,
    ...(environments !== undefined && { environments }),
    stacks: withParameters(deploy, parameter),
    chaos,
    fastRetries,
    ...(explain && { decided: (_, denied) => denied && session.say(explanation(denied)) }),
    signal: session.signal,
    variables: mirrorsIn(session.env),
    onSynth: () => session.say("synthesizing the stack (once per version of the sources)"),
  });
  try {
    for (const note of emulator.notes) session.say(note);
    session.print(
      [
        `S3, Lambda, Step Functions, CloudFormation, STS, SSM and KMS at ${emulator.url}`,
        "",
        "for the AWS CLI, the SDKs, and fedstep with --target aws:",
        `  export AWS_ENDPOINT_URL=${emulator.url}`,
        // Python's SDK and version 1 of the AWS CLI read the second name alone
        `  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
        "  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local",
        "",
        ...otherAdministrators(emulator),
        "for example:",
        "  fedstep run --preset smoke --target aws",
        `  aws s3 ls s3://${emulator.assembly.bucket}/runs/`,
        `  aws stepfunctions start-execution --state-machine-arn ${emulator.assembly.stateMachine.arn} --input '{"preset": "smoke"}'`,
        `  aws stepfunctions list-executions --state-machine-arn ${emulator.assembly.stateMachine.arn}`,
        "  aws lambda list-functions",
        `  aws cloudformation describe-stacks --stack-name ${emulator.assembly.stack.name}`,
        "",
        "Ctrl-C ends it.",
      ].join("\n"),
    );
    const ended = AbortSignal.any([session.signal, emulator.broken]);
    if (!ended.aborted) await once(ended, "abort");
    throw ended.reason;
  } finally {
    await emulator.close();
  }
}

/** How to be the administrator of each account beside the coordinator's. */
function otherAdministrators({ accounts, others }: Emulator): string[] {
  return accounts.flatMap((account) => {
    const { accessKeyId, secretAccessKey } = administratorCredentials(account);
    const stacks = others.map(({ stack }) => stack).filter((stack) => stack.account === account);
    return [
      `as the administrator of account ${account}, with ${stacks.map(({ name }) => name).join(", ")}:`,
      `  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
      "",
    ];
  });
}

function collectStack(text: string, before: readonly GivenStack[]): GivenStack[] {
  const [, account, directory] = /^(\d{12})=(.+)$/s.exec(text) ?? [];
  if (account !== undefined && directory !== undefined) return [...before, { account, directory }];
  throw new InvalidArgumentError("takes an account of 12 digits and a folder, such as 111122223333=cdk.out.");
}

function collectParameter(text: string, before: readonly GivenParameter[]): GivenParameter[] {
  const [, account, name, value] = /^(\d{12})\.([A-Za-z0-9]+)=(.*)$/s.exec(text) ?? [];
  if (account !== undefined && name !== undefined && value !== undefined) {
    return [...before, { account, name, value }];
  }
  throw new InvalidArgumentError("takes account, name and value, such as 111122223333.OwnerName=hospital.");
}

/** @throws ConfigInvalid for a parameter of which nothing says what stack it is of, or that is given twice */
function withParameters(
  stacks: readonly GivenStack[],
  parameters: readonly GivenParameter[],
): readonly GivenStack[] {
  for (const [at, { account, name }] of parameters.entries()) {
    const found = stacks.filter((stack) => stack.account === account).length;
    if (found !== 1) {
      throw configInvalid(
        `--parameter ${account}.${name}: --deploy puts ${found || "no"} stack${found > 1 ? "s" : ""} into that account, and a parameter is of its only one`,
      );
    }
    if (parameters.findIndex((one) => one.account === account && one.name === name) < at) {
      throw configInvalid(`--parameter ${account}.${name} is given twice`);
    }
  }
  return stacks.map((stack) => {
    const own = parameters.filter(({ account }) => account === stack.account);
    return { ...stack, parameters: Object.fromEntries(own.map(({ name, value }) => [name, value])) };
  });
}

/** Where PrepareRun finds MNIST for an execution that asks for it: on AWS, whoever wants others sets the function's variable. */
function mirrorsIn({ FEDSTEP_MNIST_MIRRORS: mirrors }: NodeJS.ProcessEnv): Record<string, string> {
  return mirrors ? { FEDSTEP_MNIST_MIRRORS: mirrors } : {};
}
