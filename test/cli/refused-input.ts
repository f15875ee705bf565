import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { fedstep, temporaryFolder } from "./terminal.ts";

/** What a beginner gets wrong: exit code 2, one message that names what to change, and nothing written. */
export async function refused(args: readonly string[]): Promise<string> {
  const home = join(temporaryFolder(), "home");
  const { code, output, said } = await fedstep([...args, "--home", home]);
  expect({ code, output }).toEqual({ code: 2, output: "" });
  expect(existsSync(home), "the home").toBe(false);
  return said;
}
