import type { Rights } from "../iam/rights.ts";

/** One Lambda function of the synthesized stack, resolved for this machine. */
export interface LocalFunction {
  /** The name that Invoke takes and that the ARN ends with. */
  readonly name: string;
  readonly arn: string;
  /** The bundled asset, outside the project. */
  readonly directory: string;
  /** "index.handler" */
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Invocations of it at once, beyond which it is throttled; undefined without a bound of its own. */
  readonly reservedConcurrency?: number | undefined;
  /** It answers at an address of its own, to who may by its policy. */
  readonly hasUrl?: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** Size and SHA-256 of what runs: the same bytes that are deployed. */
  readonly bundle: { readonly bytes: number; readonly sha256: string };
  readonly described: FunctionDescription;
}

/** What the template says of a function for AWS alone: whoever looks at the function is told it. */
export interface FunctionDescription {
  readonly runtime: string;
  readonly architectures: readonly string[];
  /** ARN of what it works as. */
  readonly role: string;
  readonly description: string;
  readonly logFormat: "Text" | "JSON";
  readonly logGroup: string;
  /** "Active" or "PassThrough" */
  readonly tracing: string;
}

export interface LocalStateMachine {
  readonly name: string;
  readonly arn: string;
  /** Amazon States Language, all references resolved. Parsed JSON that nobody has checked yet. */
  readonly definition: unknown;
  readonly described: StateMachineDescription;
}

/** What the template says of the state machine for AWS alone, as DescribeStateMachine tells it. */
export interface StateMachineDescription {
  readonly roleArn: string;
  readonly loggingConfiguration: {
    readonly level: string;
    readonly includeExecutionData: boolean;
    readonly destinations?: readonly { readonly cloudWatchLogsLogGroup: { readonly logGroupArn: string } }[];
  };
  readonly tracingConfiguration: { readonly enabled: boolean };
}

/** A key of KMS that a stack makes. */
export interface LocalKey {
  readonly id: string;
  readonly arn: string;
  /** "SYMMETRIC_DEFAULT", "HMAC_256" and others */
  readonly spec: string;
  /** "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC" and others */
  readonly usage: string;
}

/** The stack as CloudFormation would describe it once it is deployed. */
export interface LocalStack {
  readonly account: string;
  readonly name: string;
  readonly outputs: readonly {
    readonly name: string;
    readonly value: string;
    readonly description?: string | undefined;
  }[];
}

/** What a stack of any account deploys, read for the local endpoints. */
export interface DeployedStack {
  readonly stack: LocalStack;
  /** Names. */
  readonly buckets: readonly string[];
  readonly functions: readonly LocalFunction[];
  /** Of KMS. */
  readonly keys: readonly LocalKey[];
  readonly rights: Rights;
}

/** What the coordinator's cloud assembly deploys. */
export interface Assembly extends DeployedStack {
  /** The one that it has. */
  readonly bucket: string;
  readonly stateMachine: LocalStateMachine;
  /** SHA-256 of the sources, lock file and settings that the assembly was made from. */
  readonly digest: string;
}
