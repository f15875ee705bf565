import type { PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { deploymentVariable } from "../../cloud/deployment.ts";
import type { Footprint } from "../../cloud/footprint.ts";
import type { FunctionName } from "../../functions/footprints.ts";
import { mirrorsVariable } from "../../mnist/mirrors.ts";
import { bucketVariable } from "../../shared/workflow/bucket-variable.ts";
import { type Bundle, handler } from "../bundle.ts";
import { deploymentOf, type Settings } from "../settings.ts";
import { architectures } from "./architectures.ts";
import { type ObjectRights, rightsOf } from "./object-rights.ts";
import { creationStatement, keyStatements, listStatement, objectStatement } from "./object-statements.ts";
import type { ObjectStore } from "./object-store.ts";
import { nameBundle, ownRole } from "./own-role.ts";

export interface FederatedFunctionProps {
  readonly settings: Settings;
  readonly store: ObjectStore;
  readonly bundle: Bundle;
}

/** What every function has, its log group, and its own role with the rights of its footprint. */
export class FederatedFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly timeout: Duration;
  readonly role: Role;

  constructor(
    scope: Construct,
    footprint: Footprint<FunctionName>,
    { settings, store, bundle }: FederatedFunctionProps,
  ) {
    const { name, purpose, part } = footprint;
    super(scope, name);
    const {
      stackName,
      functions,
      architecture,
      tracing,
      mnistMirrors,
      logRetentionDays: retention,
    } = settings;
    const { memoryMb, timeoutMinutes, concurrency } = functions[name];
    const rights = rightsOf(footprint, settings);
    this.timeout = Duration.minutes(timeoutMinutes);
    const functionName = `${stackName}-${name}`;
    const { logGroup, role } = ownRole(this, { ...footprint, functionName, retention });
    this.role = role;
    for (const statement of statements(store, rights)) this.role.addToPolicy(statement);
    this.lambda = new LambdaFunction(this, "Function", {
      functionName,
      description: purpose,
      code: Code.fromAsset(bundle.directory),
      handler,
      runtime: Runtime.NODEJS_24_X,
      architecture: architectures[architecture],
      memorySize: memoryMb,
      timeout: this.timeout,
      ...(concurrency !== undefined && { reservedConcurrentExecutions: concurrency }),
      role: this.role,
      logGroup,
      tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        [bucketVariable]: store.bucket.bucketName,
        // the same for all: what a round costs depends on every function of it
        [deploymentVariable]: JSON.stringify(deploymentOf(settings)),
        POWERTOOLS_SERVICE_NAME: stackName,
        ...(part === "prepare" && mnistMirrors && { [mirrorsVariable]: mnistMirrors }),
      },
    });
    nameBundle(this.lambda, bundle);
  }
}

function statements(store: ObjectStore, { reads, writes, creates }: ObjectRights): PolicyStatement[] {
  return [
    objectStatement(store, "s3:GetObject", reads),
    listStatement(store, reads),
    ...keyStatements(store, ["kms:Decrypt"]),
    // each object in one request: parts of an upload would take kms:Decrypt too
    ...(writes.length > 0 ? [objectStatement(store, "s3:PutObject", writes)] : []),
    ...(creates.length > 0 ? [creationStatement(store, creates)] : []),
    ...keyStatements(store, ["kms:GenerateDataKey"]),
  ];
}
