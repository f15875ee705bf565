/**
 * Packs the project, installs the tarball in an empty folder as a person would, and runs the smallest preset there; then
 * adds what deployment takes, as docs/cloud.md says, and synthesizes the stack: npm run check:package. Takes a minute or
 * two, and the npm registry.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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
/** How docs/cloud.md has an installed package deployed. */
const deploying = ["aws-cdk", "aws-cdk-lib", "constructs"] as const;
const app = "node node_modules/fedstep/dist/cdk/app.js";
const mostMegabytes = 120;

const manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
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

/** The sample that the package carries will do. */
const env = {
  ...process.env,
  FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/",
  XDG_CACHE_HOME: join(folder, "cache"),
};

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
}
const fedstep = (...args: string[]) => run("npx", "--no-install", "fedstep", ...args);

function install(): void {
  const tarball = packedTarball(root, folder);
  console.log(`packed ${tarball}`);
  run("npm", "install", "--no-audit", "--no-fund", join(folder, tarball));
  console.log(`installed; npx fedstep --version: ${fedstep("--version").trim()}`);
  const megabytes = Number.parseInt(run("du", "-sm", "node_modules"), 10);
  console.log(`node_modules: ${megabytes} MB`);
  if (!(megabytes <= mostMegabytes)) throw new Error(`it weighs more than ${mostMegabytes} MB`);
}

/** What only some uses take is not there yet, and is asked for by the line that installs it. */
function checkAsked(): void {
  const asked = [
    refusal("npx", "--no-install", "fedstep", "run", "--preset", "smoke", "--set", "training.trainer=tfjs"),
    refusal("node", "node_modules/fedstep/dist/cdk/app.js"),
  ];
  for (const text of asked) {
    if (!/^PackageMissing: .*npm install .*aws-cdk-lib constructs/m.test(text)) throw new Error(text);
  }
}

function refusal(command: string, ...args: string[]): string {
  const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8", env });
  if (status === 0) throw new Error(`${[command, ...args].join(" ")} was not refused`);
  return stderr;
}

function addDeployment(): void {
  const { devDependencies } = manifest.parse(readJson(root, "package.json"));
  const packages = deploying.map((name) => `${name}@${devDependencies[name]}`);
  run("npm", "install", "--no-audit", "--no-fund", ...packages);
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
  const executed = join(folder, "node_modules", "fedstep", "dist", "assembly");
  // owners can take part in any local run
  run("npx", "--no-install", "cdk", "synth", "--quiet", "--app", app, "--context", "door=true");
  if (!isDeepStrictEqual(deployed(join(folder, "cdk.out")), deployed(executed))) {
    throw new Error("npx cdk synth gives another stack than the one that the local run executed");
  }
  console.log("npx cdk synth gives the stack that the local run executed");
}

try {
  install();
  checkCommands();
  checkAsked();
  addDeployment();
  checkSynthesis();
  console.log("the package runs from an empty folder");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
