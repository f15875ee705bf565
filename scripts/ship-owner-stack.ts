import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Zippable, zipSync } from "fflate";
import type { OwnerBundle } from "../cdk/owner-bundle.ts";
import { ownerTemplate } from "../cdk/owner-template.ts";
import { ownerFiles } from "../shared/owners/stack-names.ts";

/**
 * Writes what an owner deploys by CloudFormation alone, whose bytes follow from the sources: template.json, function.zip, and
 * digests.json with the SHA-256 of both, of the handlers, and of what trains, by the names that agreements have.
 */
export function shipOwnerStack(bundle: OwnerBundle, folder: string): void {
  const template = ownerTemplate(bundle);
  const zip = zipped(bundle.directory);
  const digests = {
    TrainClient: bundle.training.sha256,
    Owner: bundle.handlers.sha256,
    "function.zip": sha256(zip),
    "template.json": sha256(template),
  };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "template.json"), template);
  writeFileSync(join(folder, "function.zip"), zip);
  writeFileSync(join(folder, "digests.json"), `${JSON.stringify(digests, null, 2)}\n`);
}

/** The files in one order, of one date, readable by everybody, as Lambda asks it. */
function zipped(directory: string): Uint8Array {
  const options = { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 } as const;
  const files = Object.values(ownerFiles)
    .sort()
    .map((name): [string, Zippable[string]] => [name, [readFileSync(join(directory, name)), options]]);
  return zipSync(Object.fromEntries(files));
}

const sha256 = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
