import type { LocalFunction } from "../assembly/assembly.ts";
import type { SessionCredentials } from "../iam/credential-store.ts";

/** One execution environment, as far as its process can see it. */
export interface EnvironmentIdentity {
  readonly function: LocalFunction;
  readonly logStream: string;
  readonly runtimeApi: string;
  /** Of the function's role. */
  readonly credentials: SessionCredentials;
  /** Its own temporary directory, as every environment has its own /tmp on AWS. */
  readonly temporaryDirectory: string;
}

/**
 * What Lambda sets, and nothing of the parent's: a function must not see the user's variables or profile. No account
 * knows the credentials and the profile files are named away, so a call that misses its local endpoint reaches nobody's.
 */
export function processEnvironment(
  identity: EnvironmentIdentity,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const { name, arn, handler, memoryMb, directory, environment, described } = identity.function;
  const region = arn.split(":")[3] || "us-east-1";
  return {
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    HOME: identity.temporaryDirectory,
    TMPDIR: identity.temporaryDirectory,
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: "UTC",
    ...environment,
    // the endpoints of this machine win over what the stack says
    ...extra,
    AWS_ACCESS_KEY_ID: identity.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: identity.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: identity.credentials.sessionToken,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${described.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: described.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: identity.logStream,
    AWS_LAMBDA_RUNTIME_API: identity.runtimeApi,
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: handler,
  };
}
