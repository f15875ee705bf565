import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { deploymentVariable } from "../../shared/workflow/deployment.ts";
import { bucketVariable, type FunctionName } from "../../shared/workflow/functions.ts";
import { type Bundle, handler } from "../bundle.ts";
import { bundleMetadata } from "../outputs.ts";
import { deploymentOf, type Settings } from "../settings.ts";
import { rightsOf } from "./function-rights.ts";
import type { ObjectStore } from "./object-store.ts";

export interface FederatedFunctionProps {
  readonly settings: Settings;
  readonly store: ObjectStore;
  readonly bundle: Bundle;
}

const architectures = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 } as const;

/** What every function has, its log group, and its own role with the rights that rightsOf lists. */
export class FederatedFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly timeout: Duration;
  readonly role: Role;
  readonly #store: ObjectStore;

  constructor(scope: Construct, name: FunctionName, { settings, store, bundle }: FederatedFunctionProps) {
    super(scope, name);
    const { stackName, functions, logRetentionDays, architecture, tracing } = settings;
    const { memoryMb, timeoutMinutes, concurrency } = functions[name];
    const { purpose, reads, writes } = rightsOf(name, settings);
    this.#store = store;
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
    this.reads(...reads).writes(...writes);
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
      },
    });
    // stands in the template, so that a deployed function can be compared with what another place ran
    const { bytes, sha256 } = bundle;
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
        resources: [this.#store.bucket.bucketArn],
        conditions: { StringLike: { "s3:prefix": patterns } },
      }),
    );
    return this.#uses("kms:Decrypt");
  }

  /** Grants writing the keys of the patterns, each in one request: parts of an upload would take kms:Decrypt too. */
  writes(...patterns: readonly string[]): this {
    this.role.addToPolicy(
      new PolicyStatement({ actions: ["s3:PutObject"], resources: this.#objects(patterns) }),
    );
    return this.#uses("kms:GenerateDataKey");
  }

  /** Of the objects' key, where there is one; by way of S3, and for this bucket's objects only. */
  #uses(action: "kms:Decrypt" | "kms:GenerateDataKey"): this {
    const { key, bucket } = this.#store;
    if (!key) return this;
    this.role.addToPolicy(
      new PolicyStatement({
        actions: [action],
        resources: [key.keyArn],
        conditions: {
          StringEquals: {
            "kms:ViaService": `s3.${Stack.of(this).region}.amazonaws.com`,
            // with a bucket key the context is the bucket, and not the object
            "kms:EncryptionContext:aws:s3:arn": bucket.bucketArn,
          },
        },
      }),
    );
    return this;
  }

  #objects(patterns: readonly string[]): string[] {
    return patterns.map((pattern) => this.#store.bucket.arnForObjects(pattern));
  }
}
