import type { Command } from "commander";
import { ownerParameters, ownerStackFolder } from "../../cdk/outputs.ts";
import { configInvalid } from "../../shared/errors.ts";
import { usualOwnerStack } from "../../shared/owners/stack-names.ts";
import { options } from "../options.ts";
import type { Session } from "../session.ts";
import { placeOfStack, type StackOutputs } from "../targets/aws.ts";
import { stackOutputsOf } from "../targets/open.ts";
import { checkFederationName, type FederationOptions, ofFederation } from "./opened.ts";

type InviteOptions = FederationOptions & { readonly json?: boolean };

export function inviteCommand(session: Session): Command {
  return ofFederation(
    "invite",
    "say what an owner with an AWS account deploys there, with all that it has to know of this stack",
  )
    .argument("<federation>", "its name, be it there yet or not")
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Nothing of it is secret, and no right follows from it: those follow from the owner's request, once you have added it and deployed.

Examples:
  fedstep federation invite clinics --target aws
  fedstep federation invite clinics --target aws --json`,
    )
    .action(async (name: string, given: InviteOptions) => {
      const federation = checkFederationName(name);
      const outputs = await stackOutputsOf(given);
      if (!outputs) {
        throw configInvalid(
          "--target: an owner's stack names the coordinator's on AWS; take --target aws, and --stack where it has another name",
        );
      }
      session.print(
        given.json
          ? JSON.stringify(invitationOf(federation, outputs), null, 2)
          : invitationText(invitationOf(federation, outputs)),
      );
    });
}

/** What an owner's stack is told of a coordinator's, and where it has to be. */
interface Invitation {
  readonly federation: string;
  readonly partition: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export function invitationOf(federation: string, outputs: StackOutputs): Invitation {
  const { partition, region, account } = placeOfStack(outputs);
  const { stackName, bucket, keyId } = outputs;
  return {
    ...{ federation, partition, region },
    parameters: {
      [ownerParameters.federation]: federation,
      [ownerParameters.coordinatorAccount]: account,
      [ownerParameters.coordinatorStack]: stackName,
      [ownerParameters.coordinatorBucket]: bucket,
      ...(keyId !== undefined && { [ownerParameters.coordinatorKey]: keyId }),
    },
  };
}

/** Where an installed package has what is deployed without the CDK. */
const shipped = `node_modules/fedstep/dist/${ownerStackFolder}`;

/** The same for people, and what a person puts in the place of what is written large. */
export function invitationText({ federation, partition, region, parameters }: Invitation): string {
  const all = [
    `"${ownerParameters.ownerName}=NAME"`,
    ...Object.entries(parameters).map((one) => one.join("=")),
  ];
  const lines = (option: string) => all.map((one) => `    ${option}${one} \\`).join("\n");
  const ofCloudFormation = all.map((one) => `      ${one} \\`).join("\n");
  return `To take part in ${federation} by an account of its own, an owner deploys a stack there, in the region ${region} of the partition
${partition} as this one. NAME is what the federation calls the owner. From a clone of fedstep:

  AWS_REGION=${region} npx cdk deploy --app "node --import tsx cdk/owner-app.ts" \\
${lines("--parameters ").replace(/ \\$/, "")}

Where fedstep is installed, with aws-cdk, aws-cdk-lib and constructs beside it:

  AWS_REGION=${region} npx cdk deploy --app "node node_modules/fedstep/dist/cdk/owner-app.js" \\
${lines("--parameters ").replace(/ \\$/, "")}

Without the CDK, once ${shipped}/function.zip lies in a bucket of the owner's as CODE_KEY:

  aws cloudformation deploy --region ${region} --stack-name ${usualOwnerStack} --capabilities CAPABILITY_NAMED_IAM \\
    --template-file ${shipped}/template.json --parameter-overrides \\
${ofCloudFormation}
      CodeBucket=CODE_BUCKET CodeKey=CODE_KEY

The owner then asks to join by its stack, and sends what that writes:

  fedstep owner request --stack ${usualOwnerStack} --federation ${federation} --label COLUMN --out request.json

Here it is taken in by fedstep federation add request.json --target aws, and npx cdk deploy gives that account its rights.`;
}
