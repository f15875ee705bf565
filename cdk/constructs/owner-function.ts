import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { desk, training } from "../../functions/owner/rights.ts";
import type { FileDigest } from "../owner-bundle.ts";
import type { OwnerSettings } from "../owner-settings.ts";
import { architectures } from "./architectures.ts";
import {
  creationStatement,
  listStatement,
  objectStatement,
  type StoredObjects,
} from "./object-statements.ts";
import { nameBundle, ownRole } from "./own-role.ts";

export interface OwnerFunctionProps {
  readonly functionName: string;
  readonly rights: typeof training | typeof desk;
  readonly settings: OwnerSettings;
  readonly code: Code;
  readonly handlers: FileDigest;
  readonly environment: Readonly<Record<string, string>>;
  readonly store: StoredObjects;
  /** What it may do beside its own bucket. */
  readonly further: readonly PolicyStatement[];
}

/** One of the owner's two functions, with its log group and its own role. Nothing of it is traced. */
export class OwnerFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, props: OwnerFunctionProps) {
    const { functionName, rights, settings, code, handlers, environment, store, further } = props;
    super(scope, rights.name);
    const { architecture, memoryMb, timeoutMinutes, logRetentionDays: retention } = settings;
    const { logGroup, role } = ownRole(this, { ...rights, functionName, retention });
    for (const statement of [...ownStatements(store, rights), ...further]) role.addToPolicy(statement);
    this.lambda = new LambdaFunction(this, "Function", {
      functionName,
      description: rights.purpose,
      code,
      handler: rights.handler,
      runtime: Runtime.NODEJS_24_X,
      architecture: architectures[architecture],
      memorySize: memoryMb,
      timeout: Duration.minutes(timeoutMinutes),
      role,
      logGroup,
      environment: { ...environment },
    });
    nameBundle(this.lambda, handlers);
  }
}

function ownStatements(
  store: StoredObjects,
  { reads, writes, creates, deletes }: OwnerFunctionProps["rights"],
): PolicyStatement[] {
  return [
    objectStatement(store, "s3:GetObject", reads),
    listStatement(store, reads),
    objectStatement(store, "s3:PutObject", writes),
    ...(creates.length > 0 ? [creationStatement(store, creates)] : []),
    ...(deletes.length > 0 ? [objectStatement(store, "s3:DeleteObject", deletes)] : []),
  ];
}
