import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Code,
  FunctionUrlAuthType,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { door } from "../../functions/door/rights.ts";
import { bucketVariable } from "../../shared/workflow/bucket-variable.ts";
import { type Bundle, handler } from "../bundle.ts";
import type { Settings } from "../settings.ts";
import { architectures } from "./architectures.ts";
import { creationStatement, keyStatements, objectStatement } from "./object-statements.ts";
import type { ObjectStore } from "./object-store.ts";
import { nameBundle, ownRole } from "./own-role.ts";

export interface DoorProps {
  readonly settings: Settings;
  readonly store: ObjectStore;
  readonly bundle: Bundle;
}

/**
 * The function behind a URL that anybody may ask, with its role and its log group. What a flood of requests costs is bounded by
 * how many of them are answered at once; nothing of one is traced, and none leaves a line in the log, Lambda's own included.
 */
export class Door extends Construct {
  readonly lambda: LambdaFunction;
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, store, bundle }: DoorProps) {
    super(scope, id);
    const { stackName, architecture, doorConcurrency, logRetentionDays: retention } = settings;
    const functionName = `${stackName}-${door.name}`;
    const { logGroup, role } = ownRole(this, { ...door, functionName, retention });
    for (const statement of statements(store)) role.addToPolicy(statement);
    this.lambda = new LambdaFunction(this, "Function", {
      functionName,
      description: door.purpose,
      code: Code.fromAsset(bundle.directory),
      handler,
      runtime: Runtime.NODEJS_24_X,
      architecture: architectures[architecture],
      memorySize: door.memoryMb,
      timeout: Duration.seconds(door.timeoutSeconds),
      reservedConcurrentExecutions: doorConcurrency,
      role,
      logGroup,
      // in plain text Lambda writes three lines of its own for each request
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.WARN,
      environment: { [bucketVariable]: store.bucket.bucketName, POWERTOOLS_SERVICE_NAME: stackName },
    });
    nameBundle(this.lambda, bundle);
    // requests are signed by owners' keys, of which AWS knows nothing
    this.url = this.lambda.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;
  }
}

/** It may list nothing: a key that is missing is told to it as one that it may not get. */
function statements(store: ObjectStore): PolicyStatement[] {
  return [
    objectStatement(store, "s3:GetObject", door.reads),
    creationStatement(store, door.creates),
    ...keyStatements(store, ["kms:Decrypt", "kms:GenerateDataKey"]),
    // IAM knows no narrower resource for them: a wait is known by its token alone, which only the slots have
    new PolicyStatement({
      actions: ["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"],
      resources: ["*"],
    }),
  ];
}
