import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { parseAst } from "vitest/node";
import * as z from "zod";
import { bundleNames } from "../cdk/bundle.ts";
import { packagesOf, uses } from "../cdk/peer-packages.ts";
import { functionFolder } from "../functions/footprints.ts";
import { sampleFile } from "../mnist/embedded-sample.ts";
import { bundledFolders } from "../scripts/bundled-licences.ts";
import { bundling } from "../scripts/compile.mjs";
import { packedFiles } from "../scripts/packed-files.ts";
import { kernelBase64 } from "../shared/model/kernel/kernel.generated.ts";
import { ownerFiles } from "../shared/owners/stack-names.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    peerDependencies: z.record(z.string(), z.string()),
    peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })),
    bin: z.record(z.string(), z.string()),
    engines: z.object({ node: z.string() }),
  })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

/** Every module that a source names, wherever it does. */
function importsOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(importsOf);
  if (typeof node !== "object" || node === null) return [];
  const fields: Record<string, unknown> = { ...node };
  const named = z.object({ value: z.string() }).safeParse(fields.source);
  const here = /^(Import|Export)/.test(String(fields.type)) && named.success ? [named.data.value] : [];
  return [...here, ...Object.values(fields).flatMap(importsOf)];
}

const relativeTo = (file: string, path: string) => `./${posix.relative(posix.dirname(file), path)}`;
const packageOf = (specifier: string) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

test("asks for a Node that every package which it depends on or holds takes, from that version on", async () => {
  const lock = z
    .object({
      packages: z.record(
        z.string(),
        z.object({
          dev: z.boolean().default(false),
          engines: z.object({ node: z.string().default("*") }).default({ node: "*" }),
        }),
      ),
    })
    .parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));
  const ours = leastOf(manifest.engines.node);
  const bundled = await bundledFolders(root);
  const others = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path !== "" && (!dev || bundled.has(path)),
  );
  expect(others.length).toBeGreaterThan(50);
  const stricter = others.filter(([, { engines }]) => !(leastOf(engines.node) <= ours));
  expect(stricter).toEqual([]);
  expect(ours).toBeGreaterThanOrEqual(leastOf(">=22"));
});

/** The least version from which on a range takes every one, as a number; NaN where there is none. */
function leastOf(range: string): number {
  if (range === "*") return 0;
  const found = range.split("||").flatMap((part) => {
    const [, major, minor = "0", patch = "0"] =
      /^\s*>=\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.x|\.\*)?\s*$/.exec(part) ?? [];
    return major === undefined ? [] : [Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch)];
  });
  return found.length === 0 ? Number.NaN : Math.min(...found);
}

describe("the package that npm makes of this", () => {
  let files: string[];
  let imports: { readonly file: string; readonly specifier: string }[];
  beforeAll(async () => {
    files = packedFiles(root);
    const { metafile } = await build({ ...bundling, write: false, metafile: true });
    const bundled = Object.entries(metafile.outputs).flatMap(([file, { imports: named }]) =>
      named.map(({ path, external }) => ({ file, specifier: external ? path : relativeTo(file, path) })),
    );
    const others = ["bin/fedstep.mjs", "dist/chunks/runtime.mjs", `dist/chunks/${ownerFiles.child}`];
    const written = others.flatMap((file) =>
      importsOf(parseAst(readFileSync(join(root, file), "utf8"))).map((specifier) => ({ file, specifier })),
    );
    imports = [...bundled, ...written];
  });

  test("holds where the program, the stack and the functions begin", () => {
    const functions = bundleNames.map((name) => `dist/functions/${functionFolder(name)}/index.js`);
    const program = ["dist/cli/process.js", "dist/cdk/app.js", "dist/cdk/owner-app.js"];
    const begin = [...Object.values(manifest.bin), ...program, "package.json", ...functions];
    expect(begin.filter((file) => !files.includes(file))).toEqual([]);
  });

  test("holds every module that one of its modules imports, generated ones included", () => {
    const relative = imports.filter(({ specifier }) => specifier.startsWith("."));
    expect(relative.length).toBeGreaterThan(500);
    const chunks = files.filter((file) => /^dist\/chunks\/.*\.js$/.test(file));
    const kernels = chunks.filter((file) => readFileSync(join(root, file), "utf8").includes(kernelBase64));
    expect(kernels).toHaveLength(1);
    const missing = relative.filter(
      ({ file, specifier }) => !files.includes(posix.join(posix.dirname(file), specifier)),
    );
    expect(missing).toEqual([]);
  });

  test("holds beside its modules what they read there: the sample with its licence, and what runs by itself", () => {
    const beside = files.filter((file) => /^dist\/chunks\/.*(?<!\.js|\.js\.map)$/.test(file));
    expect(beside.map((file) => posix.basename(file)).sort()).toEqual([
      "digits.LICENSE",
      sampleFile,
      "runtime.mjs",
      ownerFiles.child,
    ]);
  });

  test("depends on the packages that its modules import, and on no other", () => {
    const needed = imports
      .filter(({ specifier }) => !/^(\.|node:)/.test(specifier) && !isBuiltin(specifier))
      .map(({ specifier }) => packageOf(specifier));
    // what runs the stack's app
    needed.push("aws-cdk");
    const { dependencies, peerDependencies } = manifest;
    // linkedom tries it, and does without
    expect([...new Set(needed)].filter((name) => name !== "canvas").sort()).toEqual(
      Object.keys({ ...dependencies, ...peerDependencies }).sort(),
    );
  });

  test("leaves to whoever needs them the packages that are asked for by name", () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest;
    const optional = Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name]?.optional);
    expect(optional.sort()).toEqual(Object.keys(peerDependencies).sort());
    expect(optional.filter((name) => name in dependencies)).toEqual([]);
    expect(optional).toEqual(["aws-cdk", ...uses.flatMap(packagesOf)].sort());
  });

  test("holds nothing but the program, its licence and what explains it", () => {
    // prepack writes the assemblies, and what owners deploy
    const made = files.filter(
      (file) => !/^dist\/((owner-)?assembly\/|owner-stack\/|bundled-licences\.txt$)/.test(file),
    );
    const others = made.filter((file) => !/^dist\/\w.*\.m?js(\.map)?$|^dist\/chunks\/digits\./.test(file));
    expect(
      others.filter((file) => !/^(studies\/[\w-]+\.json|docs\/[\w-]+(\.ko)?\.md)$/.test(file)).sort(),
    ).toEqual(["CHANGELOG.md", "LICENSE", "README.ko.md", "README.md", "bin/fedstep.mjs", "package.json"]);
    // what the page and the kernel are generated from
    expect(files.filter((file) => /page\/script\/|kernel\/assembly\//.test(file))).toEqual([]);
  });
});
