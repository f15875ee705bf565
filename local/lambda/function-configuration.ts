import type { LocalFunction } from "../assembly/assembly.ts";

/** GetFunctionConfiguration's answer, as far as a local function has one: what is deployed, whatever Node runs it here. */
export const functionConfiguration = (fn: LocalFunction) => ({
  FunctionName: fn.name,
  FunctionArn: fn.arn,
  Handler: fn.handler,
  MemorySize: fn.memoryMb,
  Timeout: fn.timeoutSeconds,
  CodeSize: fn.bundle.bytes,
  CodeSha256: Buffer.from(fn.bundle.sha256, "hex").toString("base64"),
  Description: fn.described.description,
  Role: fn.described.role,
  Runtime: fn.described.runtime,
  Architectures: fn.described.architectures,
  TracingConfig: { Mode: fn.described.tracing },
  Version: "$LATEST",
  PackageType: "Zip",
  State: "Active",
  LastUpdateStatus: "Successful",
  Environment: { Variables: fn.environment },
  LoggingConfig: { LogFormat: fn.described.logFormat, LogGroup: fn.described.logGroup },
});
