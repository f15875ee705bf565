import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { functionLimits } from "../../shared/workflow/function-limits.ts";
import { bucketVariable, type FunctionName } from "../../shared/workflow/functions.ts";
import { type Bundle, handler } from "../bundle.ts";
import { bundleMetadata } from "../outputs.ts";
import { functionRights } from "./function-rights.ts";

export interface FederatedFunctionProps {
  /** Functions are called after it, so that logs and quotas name the federation. */
  readonly stackName: string;
  readonly bucket: Bucket;
  readonly bundle: Bundle;
  readonly logRetention: RetentionDays;
}

/** The defaults of every function, its log group, and its own role with the rights that functionRights lists. */
export class FederatedFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly timeout: Duration;
  readonly role: Role;
  readonly #bucket: Bucket;

  constructor(scope: Construct, name: FunctionName, props: FederatedFunctionProps) {
    super(scope, name);
    const { memoryMb, timeoutMinutes } = functionLimits[name];
    const { purpose, reads, writes } = functionRights[name];
    this.#bucket = props.bucket;
    this.timeout = Duration.minutes(timeoutMinutes);
    const logGroup = new LogGroup(this, "Logs", {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // its own role: the CDK's default one may write to every log group of the account
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `${name}: ${purpose}`,
    });
    logGroup.grantWrite(this.role);
    this.reads(...reads).writes(...writes);
    this.lambda = new LambdaFunction(this, "Function", {
      functionName: `${props.stackName}-${name}`,
      description: purpose,
      code: Code.fromAsset(props.bundle.directory),
      handler,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: this.timeout,
      role: this.role,
      logGroup,
      environment: {
        [bucketVariable]: props.bucket.bucketName,
        POWERTOOLS_SERVICE_NAME: props.stackName,
      },
    });
    // stands in the template, so that a deployed function can be compared with what another place ran
    const { bytes, sha256 } = props.bundle;
    (this.lambda.node.defaultChild as CfnFunction).addMetadata(bundleMetadata, { bytes, sha256 });
  }

  /**
   * Grants reading the keys of the patterns. S3 tells "no such key" from "access denied" only to those who may list
   * that key, and compares s3:prefix with the whole key for it.
   */
  reads(...patterns: readonly string[]): this {
    this.role.addToPolicy(
      new PolicyStatement({ actions: ["s3:GetObject"], resources: this.#objects(patterns) }),
    );
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ["s3:ListBucket"],
        resources: [this.#bucket.bucketArn],
        conditions: { StringLike: { "s3:prefix": patterns } },
      }),
    );
    return this;
  }

  /** Grants writing the keys of the patterns. */
  writes(...patterns: readonly string[]): this {
    this.role.addToPolicy(
      new PolicyStatement({ actions: ["s3:PutObject"], resources: this.#objects(patterns) }),
    );
    return this;
  }

  #objects(patterns: readonly string[]): string[] {
    return patterns.map((pattern) => this.#bucket.arnForObjects(pattern));
  }
}
