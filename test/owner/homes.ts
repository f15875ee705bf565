import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { makeHome, type OwnerHome, openHome } from "../../owner/home.ts";

export const at = new Date("2026-11-29T12:00:00Z");

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "fedstep-owner-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function newHome(name = "Seoul Clinic"): Promise<OwnerHome> {
  return makeHome(join(folder(), "home"), name, at);
}

export const again = ({ storage }: OwnerHome) => openHome(storage);

export function written(text: string, name = "data.csv"): string {
  const path = join(folder(), name);
  writeFileSync(path, text);
  return path;
}
