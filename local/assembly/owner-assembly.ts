import { join } from "node:path";
import * as z from "zod";
import { ownerOutputs } from "../../cdk/outputs.ts";
import { ownerFiles } from "../../shared/owners/stack-names.ts";
import { openCloudAssembly } from "./cloud-assembly.ts";
import { checkBundle, readAsset } from "./read-function.ts";
import { checkShape } from "./template.ts";

/** The cloud assembly of an owner's stack, whose parameters have no values yet. */
export interface OwnerAssembly {
  readonly directory: string;
  /** SHA-256 of the sources, lock file and settings that it was made from. */
  readonly digest: string;
}

const codeSchema = z.object({ Code: z.object({ S3Key: z.string() }), Handler: z.string() });

const trainingSchema = z.object({ Value: z.string() });

/** @throws AssemblyUnsupported for one that is no whole assembly of functions */
export function readOwnerAssembly(directory: string, digest: string): OwnerAssembly {
  const { template, assets } = openCloudAssembly(directory);
  const at = `Outputs.${ownerOutputs.trainingBundle}`;
  const { Value: training } = checkShape(at, trainingSchema, template.Outputs[ownerOutputs.trainingBundle]);
  for (const [id, { Type, Properties, Metadata }] of Object.entries(template.Resources)) {
    if (Type !== "AWS::Lambda::Function") continue;
    const { Code, Handler } = checkShape(id, codeSchema, Properties);
    const asset = readAsset(id, { key: Code.S3Key, handler: Handler, Metadata }, assets);
    checkBundle(id, join(asset.directory, ownerFiles.training), training);
  }
  return { directory, digest };
}
