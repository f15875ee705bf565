import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAssembly } from "../../../local/assembly/read-assembly.ts";
import { newDirectory } from "./read-small.ts";
import { writeSmallAssembly } from "./small-assembly.ts";

describe("bundles", () => {
  test("that are missing are named by their function", () => {
    const directory = newDirectory();
    writeSmallAssembly(directory);
    rmSync(join(directory, "asset.0123"), { recursive: true });
    expect(() => readAssembly(directory, "digest")).toThrow("Train0A1B2C3D.Code: the assembly lacks");
  });

  test("that are not what was synthesized do not run", () => {
    const directory = newDirectory();
    writeSmallAssembly(directory);
    writeFileSync(
      join(directory, "asset.0123", "index.mjs"),
      "export const handler = async () => 'other';\n",
    );
    expect(() => readAssembly(directory, "digest")).toThrow("Train0A1B2C3D.Code: the bundle has digest");
  });
});
