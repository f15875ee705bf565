/**
 * Packs the project, installs the tarball in an empty folder as a person would, and runs the smallest preset there; then
 * adds what deployment takes, as docs/cloud.md and docs/owners.md say, and synthesizes both stacks: npm run check:package.
 * Takes a minute or two, and the npm registry.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { unzipSync } from "fflate";
import * as z from "zod";
import {
  bundleMetadata,
  codeParameters,
  ownerOutputs,
  ownerParameters,
  ownerStackFolder,
} from "../cdk/outputs.ts";
import { ownerFiles } from "../shared/owners/stack-names.ts";
import { packedTarball } from "./packed-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fedstep-package-"));
const home = join(folder, ".fedstep");
/** How docs/cloud.md has an installed package deployed. */
const deploying = ["aws-cdk", "aws-cdk-lib", "constructs"] as const;
const app = "node node_modules/fedstep/dist/cdk/app.js";
/** How docs/owners.md has an owner's stack deployed. */
const ownerApp = "node node_modules/fedstep/dist/cdk/owner-app.js";
const owner = "fedstep-owner";
const mostMegabytes = 125;

const manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
const result = z.object({
  federated: z.object({ accuracy: z.number() }),
  baseline: z.object({ accuracy: z.number() }),
});
const metadata = z.record(z.string(), z.unknown()).default({});
const template = z.object({ Resources: z.record(z.string(), z.looseObject({ Metadata: metadata })) });
const ownerSchema = z.object({
  Parameters: z.record(z.string(), z.unknown()),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}) })),
  Outputs: z.looseObject({ [ownerOutputs.trainingBundle]: z.object({ Value: z.string() }) }),
});
const digestsSchema = z.record(z.string(), z.string());

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(...path), "utf8"));
}

/** What a template deploys. Of the metadata, the CDK's command line adds its own. */
function deployed(assembly: string, stack = "fedstep"): unknown {
  const { Resources } = template.parse(readJson(assembly, `${stack}.template.json`));
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
    ...[app, ownerApp].map((line) => refusal(...(line.split(" ") as [string, string]))),
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
  const printing = [
    ["--help"],
    ["cost", "--preset", "paper"],
    ["cost", "--owner", "--examples", "5000", "--features", "20", "--classes", "2"],
    ["demo", "owners", "--help"],
  ];
  for (const args of printing) {
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

/** What an owner deploys, by the CDK as by CloudFormation alone, is what was bundled once for the release. */
function checkOwnerStack(): void {
  const dist = join(folder, "node_modules", "fedstep", "dist");
  run("npx", "--no-install", "cdk", "synth", "--quiet", "--app", ownerApp);
  const assembly = join(folder, "cdk.out");
  if (!isDeepStrictEqual(deployed(assembly, owner), deployed(join(dist, "owner-assembly"), owner))) {
    throw new Error("npx cdk synth gives another owner's stack than the one that the package has");
  }
  checkShippedOwner(
    join(dist, ownerStackFolder),
    ownerSchema.parse(readJson(assembly, `${owner}.template.json`)),
  );
  console.log(
    "npx cdk synth gives the owner's stack that is shipped, and its template, zip and digests are of it",
  );
}

/** @param synthesized the template that the CDK deploys, of the same release */
function checkShippedOwner(shipped: string, synthesized: z.output<typeof ownerSchema>): void {
  const digests = digestsSchema.parse(readJson(shipped, "digests.json"));
  const file = (name: string) => readFileSync(join(shipped, name));
  const zipped = Object.entries(unzipSync(file("function.zip")));
  const inZip = new Map(zipped.map(([name, bytes]) => [name, sha256(bytes)]));
  if (!isDeepStrictEqual([...inZip.keys()].sort(), Object.values(ownerFiles).sort())) {
    throw new Error(`function.zip has ${[...inZip.keys()].join(", ")}`);
  }
  const cloudFormation = ownerSchema.parse(JSON.parse(file("template.json").toString("utf8")));
  const training = [cloudFormation, synthesized].map(
    ({ Outputs }) => Outputs[ownerOutputs.trainingBundle].Value,
  );
  const held: [what: string, found: unknown, as: unknown][] = [
    ["template.json", sha256(file("template.json")), digests["template.json"]],
    ["function.zip", sha256(file("function.zip")), digests["function.zip"]],
    ["what trains", inZip.get(ownerFiles.training), digests.TrainClient],
    ["the handlers", inZip.get(ownerFiles.handlers), digests.Owner],
    ["the outputs' digest of what trains", training, [digests.TrainClient, digests.TrainClient]],
    ["the resources", placeless(cloudFormation), placeless(synthesized)],
    [
      "the parameters",
      parametersOf(cloudFormation),
      [...Object.values(ownerParameters), ...codeNames].sort(),
    ],
  ];
  const wrong = held.filter(([, found, as]) => !isDeepStrictEqual(found, as)).map(([what]) => what);
  if (wrong.length > 0) throw new Error(`dist/owner-stack does not fit the release: ${wrong.join(", ")}`);
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const codeNames = Object.values(codeParameters);
const parametersOf = ({ Parameters }: z.output<typeof ownerSchema>) => Object.keys(Parameters).sort();

/** The resources, but for where their code comes from. */
function placeless({ Resources }: z.output<typeof ownerSchema>): unknown {
  return Object.entries(Resources).map(
    ([
      id,
      {
        Type,
        Properties: { Code: _, ...rest },
      },
    ]) => [id, Type, rest],
  );
}

try {
  install();
  checkCommands();
  checkAsked();
  addDeployment();
  checkSynthesis();
  checkOwnerStack();
  console.log("the package runs from an empty folder");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
