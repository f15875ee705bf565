import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { functionFolder } from "../functions/footprints.ts";
import { ownerFiles } from "../shared/owners/stack-names.ts";
import { type BundleOptions, bundling, handlerFile } from "./bundle.ts";

/** Folder of their source, below functions/. */
export const ownerFolder = "owner";

const trainingFolder = functionFolder("TrainClient");

/** One asset for both functions. */
export interface OwnerBundle {
  readonly directory: string;
  readonly handlers: FileDigest;
  readonly training: FileDigest;
}

export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Bundles what an owner's functions run into a folder below outdir. */
export async function bundleOwner(options: Omit<BundleOptions, "tfjs">): Promise<OwnerBundle> {
  const { root, outdir } = options;
  const { build } = await import("esbuild");
  await build(bundling({ ...options, tfjs: false }, [ownerFolder, trainingFolder]));
  const directory = join(outdir, ownerFolder);
  copyFileSync(join(outdir, trainingFolder, handlerFile), join(directory, ownerFiles.training));
  // plain JavaScript, in the sources as in what is compiled of them
  copyFileSync(join(root, "owner", ownerFiles.child), join(directory, ownerFiles.child));
  return openOwnerBundle(directory);
}

export function openOwnerBundle(directory: string): OwnerBundle {
  return {
    directory,
    handlers: digestOf(join(directory, ownerFiles.handlers)),
    training: digestOf(join(directory, ownerFiles.training)),
  };
}

function digestOf(path: string): FileDigest {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
