import { existsSync, mkdtempSync, renameSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { bundleFunctions } from "../../cdk/bundle.ts";
import { type Bundle, readBundle } from "../../owner/train.ts";

/** File of what trains at owners', TrainClient's bundle: whichever test asks first has it made, for those of all processes. */
export async function trainingBundleFile(): Promise<string> {
  const folder = join(inject("temporary"), "training-bundle");
  if (!existsSync(folder)) {
    const outdir = mkdtempSync(`${folder}-`);
    const { TrainClient } = await bundleFunctions({ root: process.cwd(), outdir, tfjs: false });
    try {
      renameSync(TrainClient.directory, folder);
    } catch (error) {
      // another process was first
      if (!existsSync(folder)) throw error;
    }
  }
  return join(folder, "index.mjs");
}

export async function trainingBundle(): Promise<Bundle> {
  return readBundle(await trainingBundleFile());
}
