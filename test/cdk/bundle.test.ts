import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bundles, bundleFunctions, bundleNames } from "../../cdk/bundle.ts";
import { bundleOwner } from "../../cdk/owner-bundle.ts";
import { functionFolder } from "../../functions/footprints.ts";
import { sampleFile } from "../../mnist/embedded-sample.ts";
import { readBundle } from "../../owner/train.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "fedstep-bundle-test-"));

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundleFunctions({ root, outdir: join(directory, "first"), tfjs: false });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("each bundle is one module, small enough for a fast cold start; PrepareRun's has the sample beside it", () => {
  for (const name of bundleNames) {
    const { directory: asset, bytes } = bundles[name];
    console.log(`bundle of ${name}: ${bytes} bytes`);
    expect(readdirSync(asset)).toEqual([...(name === "PrepareRun" ? [sampleFile] : []), "index.mjs"]);
    // the door's environments are the smallest, and cold when somebody asks
    expect(bytes, name).toBeLessThanOrEqual(name === "Door" ? 0.8e6 : 1.6e6);
  }
});

test("owners know what trains by the digest that the stack publishes", async () => {
  const { directory: asset, sha256 } = bundles.TrainClient;
  expect((await readBundle(join(asset, "index.mjs"))).sha256).toBe(sha256);
});

test("an owner's functions train by the very bytes of TrainClient, in a process that stands beside them", async () => {
  const outdir = join(directory, "owner");
  const { directory: asset, training, handlers } = await bundleOwner({ root, outdir });
  console.log(`bundle of an owner's functions: ${handlers.bytes} bytes`);
  expect(readdirSync(asset).sort()).toEqual(["index.mjs", "train-client.mjs", "training-child.mjs"]);
  expect(handlers.bytes).toBeLessThanOrEqual(1.5e6);
  expect(training.sha256).toBe(bundles.TrainClient.sha256);
  const child = readFileSync(join(asset, "training-child.mjs"));
  expect(child.equals(readFileSync(join(root, "owner", "training-child.mjs")))).toBe(true);
  expect(readFileSync(join(asset, "index.mjs"), "utf8").includes(root)).toBe(false);
});

test("the same sources give the same bytes, wherever they lie", async () => {
  const elsewhere = join(directory, "a", "longer path", "to the project");
  for (const room of ["functions", "mnist", "shared", "cloud", "storage", "report"]) {
    cpSync(join(root, room), join(elsewhere, room), { recursive: true });
  }
  for (const file of ["package.json", "tsconfig.json"]) cpSync(join(root, file), join(elsewhere, file));
  symlinkSync(join(root, "node_modules"), join(elsewhere, "node_modules"));
  const again = await bundleFunctions({ root: elsewhere, outdir: join(directory, "second"), tfjs: false });
  const digests = (of: Bundles) => bundleNames.map((name) => of[name].sha256);
  expect(digests(again)).toEqual(digests(bundles));
});

test("no bundle names a path of this machine", () => {
  for (const name of bundleNames) {
    const text = readFileSync(join(bundles[name].directory, "index.mjs"), "utf8");
    expect(text.includes(root), name).toBe(false);
    expect(text.includes("sourceMappingURL"), name).toBe(false);
  }
});

test("every dependency is bundled by its ES modules, without TensorFlow.js", async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: bundleNames.map((name) => `./functions/${functionFolder(name)}/index.ts`),
    outdir: join(directory, "meta"),
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    define: { FEDSTEP_TFJS: "false" },
    minifySyntax: true,
    loader: { ".wasm": "dataurl" },
  });
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  expect(inputs.filter((path) => /tensorflow/.test(path))).toEqual([]);
  expect(inputs.filter((path) => path.includes("@aws-sdk/") && path.includes("dist-cjs"))).toEqual([]);
});
