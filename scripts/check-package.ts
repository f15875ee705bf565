/**
 * Packs the project, installs the tarball in an empty folder as a person would, runs the smallest preset there, and
 * synthesizes the stack: npm run check:package. Takes a minute or two, and the npm registry.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { bundleMetadata } from "../cdk/outputs.ts";
import { packedTarball } from "./packed-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fedstep-package-"));
const home = join(folder, ".fedstep");
/** How docs/cloud.md has an installed package deployed: the CDK's command line is the person's own. */
const app = "node --import tsx node_modules/fedstep/cdk/app.ts";

const manifest = z.object({ devDependencies: z.object({ "aws-cdk": z.string() }) });
const result = z.object({
  federated: z.object({ accuracy: z.number() }),
  baseline: z.object({ accuracy: z.number() }),
});
const metadata = z.record(z.string(), z.unknown()).default({});
const template = z.object({ Resources: z.record(z.string(), z.looseObject({ Metadata: metadata })) });

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(...path), "utf8"));
}

/** What a template deploys. Of the metadata, the CDK's command line adds its own. */
function deployed(assembly: string): unknown {
  const { Resources } = template.parse(readJson(assembly, "fedstep.template.json"));
  return Object.entries(Resources).map(([id, { Metadata, ...rest }]) => [id, rest, Metadata[bundleMetadata]]);
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    // the sample that the package carries will do
    env: {
      ...process.env,
      FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/",
      XDG_CACHE_HOME: join(folder, "cache"),
    },
  });
}
const fedstep = (...args: string[]) => run("npx", "--no-install", "fedstep", ...args);

function install(): void {
  const tarball = packedTarball(root, folder);
  console.log(`packed ${tarball}`);
  const { "aws-cdk": version } = manifest.parse(readJson(root, "package.json")).devDependencies;
  run("npm", "install", "--omit=dev", "--no-audit", "--no-fund", join(folder, tarball), `aws-cdk@${version}`);
  console.log(`installed; npx fedstep --version: ${fedstep("--version").trim()}`);
}

function checkCommands(): void {
  for (const args of [["--help"], ["cost", "--preset", "paper"]]) {
    if (fedstep(...args).trim() === "") throw new Error(`fedstep ${args.join(" ")} printed nothing`);
  }
  const answer: unknown = JSON.parse(fedstep("run", "--preset", "smoke", "--name", "first", "--json"));
  const { federated, baseline } = result.parse(answer);
  console.log(`smoke: federated ${federated.accuracy}, centralized ${baseline.accuracy}`);
  const left = ["result.json", "report.html", "models/federated/model.json"];
  const missing = left.filter((file) => !existsSync(join(home, "runs", "first", file)));
  if (missing.length > 0) throw new Error(`the run left no ${missing.join(", ")}`);
}

function checkSynthesis(): void {
  run("npx", "--no-install", "cdk", "synth", "--quiet", "--app", app);
  const [executed = ""] = readdirSync(join(home, "assemblies"));
  if (!isDeepStrictEqual(deployed(join(folder, "cdk.out")), deployed(join(home, "assemblies", executed)))) {
    throw new Error("npx cdk synth gives another stack than the one that the local run executed");
  }
  console.log("npx cdk synth gives the stack that the local run executed");
}

try {
  install();
  checkCommands();
  checkSynthesis();
  console.log("the package runs from an empty folder");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
