import type { Code } from "aws-cdk-lib/aws-lambda";
import { Aws, CfnOutput, Stack, Tags } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { ownerVariables } from "../functions/owner/environment.ts";
import { desk, training } from "../functions/owner/rights.ts";
import { reachOfAccounts } from "../shared/layout.ts";
import { deskFunctionOf, trainingFunctionOf } from "../shared/owners/stack-names.ts";
import { version } from "../shared/version.ts";
import { bucketVariable } from "../shared/workflow/bucket-variable.ts";
import { creationStatement, keyStatements, objectStatement } from "./constructs/object-statements.ts";
import { OwnerAccess } from "./constructs/owner-access.ts";
import { OwnersCoordinator } from "./constructs/owner-coordinator.ts";
import { OwnerFunction } from "./constructs/owner-function.ts";
import { OwnerKeysPlace } from "./constructs/owner-keys.ts";
import { OwnerStore } from "./constructs/owner-store.ts";
import { ownerOutputs } from "./outputs.ts";
import type { OwnerBundle } from "./owner-bundle.ts";
import { type OwnerParameters, ownerParameters } from "./owner-parameters.ts";
import type { OwnerSettings } from "./owner-settings.ts";

export interface OwnerStackProps {
  readonly settings: OwnerSettings;
  readonly bundle: Pick<OwnerBundle, "handlers" | "training">;
  /** Where the functions' code comes from; called with the stack, which may have it as parameters. */
  readonly code: (scope: Construct) => Code;
}

/**
 * An owner in an account of its own: a bucket for its data, a function that trains beside them and one for its own people.
 * All names follow from the name that it is deployed under.
 */
export class OwnerStack extends Stack {
  readonly settings: OwnerSettings;

  constructor(scope: Construct, { settings, bundle, code: codeIn }: OwnerStackProps) {
    super(scope, settings.ownerStackName, {
      description: "fedstep: an owner who takes part in a federation, beside its data",
    });
    this.settings = settings;
    const parameters = ownerParameters(this);
    const code = codeIn(this);
    const store = new OwnerStore(this, "Objects", settings);
    const coordinator = new OwnersCoordinator(this, "Coordinator", parameters);
    const keys = new OwnerKeysPlace(this, "Keys", settings);
    const reach = reachOfAccounts(parameters.federation);
    const environment = variablesOf(parameters, store.bucket.bucketName, keys.macKey);
    const both = { settings, code, handlers: bundle.handlers, environment, store };
    const train = new OwnerFunction(this, {
      ...both,
      functionName: trainingFunctionOf(Aws.STACK_NAME),
      rights: training,
      further: [
        ...keys.using(),
        objectStatement(coordinator, "s3:GetObject", reach.reads),
        creationStatement(coordinator, reach.creates(Aws.ACCOUNT_ID)),
        ...keyStatements(coordinator, ["kms:Decrypt", "kms:GenerateDataKey"]),
      ],
    });
    const { lambda: deskFunction } = new OwnerFunction(this, {
      ...both,
      functionName: deskFunctionOf(Aws.STACK_NAME),
      rights: desk,
      further: [
        ...keys.using(),
        ...keys.making(),
        objectStatement(coordinator, "s3:GetObject", reach.agreements),
        ...keyStatements(coordinator, ["kms:Decrypt"]),
      ],
    });
    const access = new OwnerAccess(this, "Access", {
      store,
      coordinator,
      train: train.lambda,
      desk: deskFunction,
    });
    this.#output(ownerOutputs.bucket, store.bucket.bucketName, "Holds the owner's data, policy and log");
    this.#output(ownerOutputs.deskFunction, deskFunction.functionName, "What the owner's people ask");
    this.#output(ownerOutputs.trainFunction, train.lambda.functionName, "What the coordinator invokes");
    this.#output(
      ownerOutputs.invokerRole,
      access.invoker.roleArn,
      "What the coordinator's state machine assumes",
    );
    this.#output(
      ownerOutputs.trainingBundle,
      bundle.training.sha256,
      "SHA-256 of what trains, as agreements name it",
    );
    this.#output(ownerOutputs.version, version, "Of fedstep, that the functions are of");
    this.#output(
      ownerOutputs.ownerPolicy,
      access.policy.managedPolicyArn,
      "To be attached to the owner's people's roles",
    );
    Tags.of(this).add("project", "fedstep");
    // bills can be told apart by it
    Tags.of(this).add("federation", parameters.federation);
  }

  #output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}

function variablesOf(
  { ownerName, federation, coordinatorBucket, dataKey }: OwnerParameters,
  bucket: string,
  macKey: string | undefined,
): Record<string, string> {
  return {
    [bucketVariable]: bucket,
    [ownerVariables.coordinatorBucket]: coordinatorBucket,
    [ownerVariables.federation]: federation,
    [ownerVariables.name]: ownerName,
    [ownerVariables.stack]: Aws.STACK_NAME,
    [ownerVariables.data]: dataKey,
    ...(macKey !== undefined && { [ownerVariables.macKey]: macKey }),
  };
}
