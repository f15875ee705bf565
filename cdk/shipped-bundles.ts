import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { assemblyUnsupported } from "../shared/errors.ts";
import { usualOwnerStack } from "../shared/owners/stack-names.ts";
import { type Bundle, type BundleName, type Bundles, bundleNames } from "./bundle.ts";
import { bundleMetadata, defaultStackName } from "./outputs.ts";
import { type OwnerBundle, openOwnerBundle } from "./owner-bundle.ts";

const templateSchema = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});
const functionSchema = z.object({
  // an owner's functions are named after what their stack is deployed as
  Properties: z.object({ FunctionName: z.unknown(), Code: z.object({ S3Key: z.string() }) }),
  Metadata: z.object({ [bundleMetadata]: z.object({ bytes: z.number(), sha256: z.string() }) }),
});

/**
 * The bundles in the cloud assembly that an installed package brings: what is deployed of them with any settings is
 * what its local runs execute, and nothing has to be bundled again.
 */
export function shippedBundles(assembly: string): Bundles {
  const functions = shippedFunctions(assembly, defaultStackName);
  const bundles = bundleNames.map((name): [BundleName, Bundle] => {
    const functionName = `${defaultStackName}-${name}`;
    const found = functions.find(({ Properties }) => Properties.FunctionName === functionName);
    if (!found) throw assemblyUnsupported(`the package's cloud assembly has no function ${functionName}`);
    return [name, { directory: assetOf(assembly, found), ...found.Metadata[bundleMetadata] }];
  });
  return Object.fromEntries(bundles) as Record<BundleName, Bundle>;
}

/** The same of an owner's functions, which have one asset. */
export function shippedOwnerBundle(assembly: string): OwnerBundle {
  const [found] = shippedFunctions(assembly, usualOwnerStack);
  if (!found) throw assemblyUnsupported("the package's cloud assembly of an owner has no function");
  return openOwnerBundle(assetOf(assembly, found));
}

function shippedFunctions(assembly: string, stack: string) {
  const template = JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), "utf8"));
  return Object.values(templateSchema.parse(template).Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map((resource) => functionSchema.parse(resource));
}

const assetOf = (assembly: string, { Properties }: z.output<typeof functionSchema>) =>
  join(assembly, `asset.${Properties.Code.S3Key.replace(/\.zip$/, "")}`);
