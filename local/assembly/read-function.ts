import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleMetadata } from "../../cdk/outputs.ts";
import { assemblyUnsupported } from "../../shared/errors.ts";
import type { LocalFunction } from "./assembly.ts";
import type { Intrinsics } from "./intrinsics.ts";
import { bundleRecord, checkShape, functionProperties, type Resource } from "./template.ts";

/** @throws AssemblyUnsupported */
export function readFunction(
  id: string,
  { Properties, Metadata }: Resource,
  intrinsics: Intrinsics,
  assets: ReadonlyMap<string, string>,
): LocalFunction {
  const properties = checkShape(id, functionProperties, intrinsics.resolve(Properties, id));
  const { Code, Handler, MemorySize, Timeout, Environment } = properties;
  const { directory, bundle } = readAsset(id, { key: Code.S3Key, handler: Handler, Metadata }, assets);
  const name = intrinsics.nameOf(id, id);
  return {
    name,
    arn: intrinsics.attribute(id, "Arn", id),
    directory,
    handler: Handler,
    memoryMb: MemorySize,
    timeoutSeconds: Timeout,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    environment: Environment?.Variables ?? {},
    bundle,
    described: {
      runtime: properties.Runtime,
      architectures: properties.Architectures,
      role: properties.Role,
      description: properties.Description,
      logFormat: properties.LoggingConfig?.LogFormat ?? "Text",
      logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      tracing: properties.TracingConfig.Mode,
    },
  };
}

/**
 * The folder of a function's code. What runs here are the very bytes that are deployed.
 * @throws AssemblyUnsupported
 */
export function readAsset(
  id: string,
  { key, handler, Metadata }: { key: string; handler: string; Metadata: Resource["Metadata"] },
  assets: ReadonlyMap<string, string>,
) {
  const directory = assets.get(key);
  if (directory === undefined) {
    throw assemblyUnsupported(`${id}.Code.S3Key: the assembly has no zipped asset ${key}`);
  }
  const bundle = checkShape(`${id}.Metadata`, bundleRecord, Metadata[bundleMetadata]);
  checkBundle(id, join(directory, `${handler.split(".")[0]}.mjs`), bundle.sha256);
  return { directory, bundle };
}

/** @throws AssemblyUnsupported where what runs here is not what the template names */
export function checkBundle(id: string, path: string, expected: string): void {
  const found = createHash("sha256").update(readBundle(id, path)).digest("hex");
  if (found !== expected) {
    throw assemblyUnsupported(
      `${id}.Code: the bundle has digest ${found}, and the template says ${expected}`,
    );
  }
}

function readBundle(id: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw assemblyUnsupported(`${id}.Code: the assembly lacks the function's bundle`, { cause });
  }
}
