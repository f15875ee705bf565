import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type CfnFunction, Code, Function as LambdaFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { deploymentVariable } from "../../cloud/deployment.ts";
import type { Footprint } from "../../cloud/footprint.ts";
import type { FunctionName } from "../../functions/footprints.ts";
import { mirrorsVariable } from "../../mnist/mirrors.ts";
import { bucketVariable } from "../../shared/workflow/bucket-variable.ts";
import { type Bundle, handler } from "../bundle.ts";
import { bundleMetadata } from "../outputs.ts";
import { deploymentOf, type Settings } from "../settings.ts";
import { architectures } from "./architectures.ts";
import { type ObjectRights, rightsOf } from "./object-rights.ts";
import { creationStatement, keyStatements, listStatement, objectStatement } from "./object-statements.ts";
import type { ObjectStore } from "./object-store.ts";

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
    const { stackName, functions, logRetentionDays, architecture, tracing, mnistMirrors } = settings;
    const { memoryMb, timeoutMinutes, concurrency } = functions[name];
    const rights = rightsOf(footprint, settings);
    this.timeout = Duration.minutes(timeoutMinutes);
    // logs and quotas name the federation
    const functionName = `${stackName}-${name}`;
    const logGroup = new LogGroup(this, "Logs", {
      // where everybody looks for a function's lines
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // its own role: the CDK's default one may write to every log group of the account
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `${name}: ${purpose}`,
    });
    logGroup.grantWrite(this.role);
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
    // stands in the template, so that a deployed function can be compared with what another place ran
    const { bytes, sha256 } = bundle;
    (this.lambda.node.defaultChild as CfnFunction).addMetadata(bundleMetadata, { bytes, sha256 });
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
