import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { assemblyUnsupported } from "../shared/errors.ts";
import { type Bundle, type BundleName, type Bundles, bundleNames } from "./bundle.ts";
import { bundleMetadata, defaultStackName } from "./outputs.ts";

const templateSchema = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});
const functionSchema = z.object({
  Properties: z.object({ FunctionName: z.string(), Code: z.object({ S3Key: z.string() }) }),
  Metadata: z.object({ [bundleMetadata]: z.object({ bytes: z.number(), sha256: z.string() }) }),
});

/**
 * The bundles in the cloud assembly that an installed package brings: what is deployed of them with any settings is
 * what its local runs execute, and nothing has to be bundled again.
 */
export function shippedBundles(assembly: string): Bundles {
  const template = JSON.parse(readFileSync(join(assembly, `${defaultStackName}.template.json`), "utf8"));
  const functions = Object.values(templateSchema.parse(template).Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map((resource) => functionSchema.parse(resource));
  const bundles = bundleNames.map((name): [BundleName, Bundle] => {
    const functionName = `${defaultStackName}-${name}`;
    const found = functions.find(({ Properties }) => Properties.FunctionName === functionName);
    if (!found) throw assemblyUnsupported(`the package's cloud assembly has no function ${functionName}`);
    const { Properties, Metadata } = found;
    const directory = join(assembly, `asset.${Properties.Code.S3Key.replace(/\.zip$/, "")}`);
    return [name, { directory, ...Metadata[bundleMetadata] }];
  });
  return Object.fromEntries(bundles) as Record<BundleName, Bundle>;
}
