import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "fedstep-stacks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = `import { nameSourcesInStacks } from ${JSON.stringify(join(import.meta.dirname, "../../cli/stacks.ts"))};
interface Gone { readonly tells: number }
nameSourcesInStacks();
function fails(): Gone {
  throw new TypeError("no " + import.meta.url);
}
try {
  fails();
} catch (error) {
  console.log((error as Error).stack);
}
`;

async function stackOf(sourcemap: "linked" | false): Promise<string[]> {
  writeFileSync(join(folder, "fails.ts"), source);
  const outfile = join(folder, sourcemap ? "mapped" : "bare", "fails.js");
  await build({
    entryPoints: [join(folder, "fails.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    sourcemap,
  });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  return execFileSync(process.execPath, [outfile], { encoding: "utf8" }).split("\n");
}

test("a stack names the lines of the sources", async () => {
  const [message, first, second] = await stackOf("linked");
  const url = pathToFileURL(join(folder, "fails.ts"));
  expect(message).toMatch(/^TypeError: no file:/);
  expect(first).toBe(`    at fails (${url}:5:9)`);
  expect(second).toBe(`    at ${url}:8:3`);
});

test("without a map it names those of the bundle", async () => {
  const [message, first] = await stackOf(false);
  expect(message).toMatch(/^TypeError: no file:/);
  expect(first).toMatch(/^ {4}at fails \(file:.*\/bare\/fails\.js:\d+:\d+\)$/);
});
