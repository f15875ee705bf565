import type { LocalFunction } from "../assembly/assembly.ts";
import { logGroupOf } from "./process-environment.ts";

/** GetFunctionConfiguration's answer, as far as a local function has one. */
export const functionConfiguration = (fn: LocalFunction) => ({
  FunctionName: fn.name,
  FunctionArn: fn.arn,
  Handler: fn.handler,
  MemorySize: fn.memoryMb,
  Timeout: fn.timeoutSeconds,
  CodeSize: fn.bundle.bytes,
  CodeSha256: Buffer.from(fn.bundle.sha256, "hex").toString("base64"),
  Runtime: `nodejs${process.versions.node.split(".")[0]}.x`,
  Version: "$LATEST",
  PackageType: "Zip",
  State: "Active",
  LastUpdateStatus: "Successful",
  Environment: { Variables: fn.environment },
  LoggingConfig: { LogFormat: "Text", LogGroup: logGroupOf(fn.name) },
});
