import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readAssembly } from "../../../local/assembly/read-assembly.ts";
import { type SmallTemplate, smallTemplate, writeSmallAssembly } from "./small-assembly.ts";

/** An empty directory that is gone after the test. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "fedstep-assembly-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What is read of the small assembly, once its template was edited. */
export function read(edit: (template: SmallTemplate) => void = () => {}) {
  const directory = newDirectory();
  const template = smallTemplate();
  edit(template);
  writeSmallAssembly(directory, template);
  return readAssembly(directory, "digest");
}

/** An edit that sets properties of the resource with that logical id. */
export function change(id: string, properties: Record<string, unknown>) {
  return ({ Resources }: SmallTemplate) => {
    Object.assign(Resources[id]?.Properties ?? {}, properties);
  };
}
