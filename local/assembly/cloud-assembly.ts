import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { assemblyUnsupported } from "../../shared/errors.ts";
import {
  assetManifestProperties,
  assetManifestSchema,
  checkShape,
  manifestSchema,
  stackProperties,
  type Template,
  templateSchema,
} from "./template.ts";

/** The files of a cloud assembly with one stack. */
export interface CloudAssembly {
  readonly stack: string;
  readonly template: Template;
  /** Directory of each zipped asset, by the key that it gets in the deployment's bucket. */
  readonly assets: ReadonlyMap<string, string>;
}

/** @throws AssemblyUnsupported */
export function openCloudAssembly(directory: string): CloudAssembly {
  const { artifacts } = readJson(directory, "manifest.json", manifestSchema);
  const ofType = (type: string) => Object.entries(artifacts).filter(([, artifact]) => artifact.type === type);
  const stacks = ofType("aws:cloudformation:stack");
  const [stack] = stacks;
  if (!stack || stacks.length > 1) {
    throw assemblyUnsupported(`the local run takes one stack, and manifest.json lists ${stacks.length}`);
  }
  const [name, { properties }] = stack;
  const { templateFile } = checkShape("manifest.json", stackProperties, properties);
  const assets = ofType("cdk:asset-manifest").flatMap(([, artifact]) => {
    const { file } = checkShape("manifest.json", assetManifestProperties, artifact.properties);
    return zippedAssets(directory, file);
  });
  return {
    stack: name,
    template: readJson(directory, templateFile, templateSchema),
    assets: new Map(assets),
  };
}

function zippedAssets(directory: string, file: string): [key: string, path: string][] {
  return Object.values(readJson(directory, file, assetManifestSchema).files).flatMap(
    ({ source: { path, packaging }, destinations }) =>
      path === undefined || packaging !== "zip"
        ? []
        : Object.values(destinations).map(({ objectKey }): [string, string] => [
            objectKey,
            join(directory, path),
          ]),
  );
}

function readJson<T>(directory: string, file: string, schema: z.ZodType<T>): T {
  return checkShape(file, schema, JSON.parse(readFileSync(join(directory, file), "utf8")));
}
