#!/usr/bin/env node
/**
 * Tries the project on each version of Node that people have, whose binaries come from npm's package node:
 * `npm run test:nodes` runs every test on all of them. With --short, which CI takes, those that do not run this script
 * get a copy of the project, in which the README's two commands are taken with the smallest preset and the tests of
 * kernel, digests and emulator; the run's weights must be the same bits on all of them.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** The oldest that still works, and those of engines in package.json that have long-term support. */
const versions = ["20.19", "22", "24"];
const shortTests = [
  ...["test/shared/model", "test/shared/partition/partition-digest.test.ts", "test/storage"],
  ...["test/local/endpoint", "test/local/lambda/runtime-api.test.ts", "test/cli/emulator.test.ts"],
];
const leftOut = ["node_modules", ".git", ".fedstep", "dist", "cdk.out", "coverage"];

const isShort = process.argv.includes("--short");
const folder = mkdtempSync(join(tmpdir(), "fedstep-nodes-"));

/** @returns {string} PATH with that Node first */
function pathWith(version) {
  const prefix = join(folder, `node-${version}`);
  run(process.env, root, "npm", "install", "--prefix", prefix, "--no-audit", "--no-fund", `node@${version}`);
  return [join(prefix, "node_modules", "node", "bin"), process.env.PATH].join(delimiter);
}

function run(env, cwd, command, ...args) {
  console.log(`== ${[command, ...args].join(" ")}`);
  const { status } = spawnSync(command, args, { cwd, env, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
}

function runOfSmoke(env, cwd) {
  const args = ["--silent", "start", "--", "--preset", "smoke", "--json"];
  const { status, stdout } = spawnSync("npm", args, {
    cwd,
    env: { ...env, FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/", XDG_CACHE_HOME: join(folder, "cache") },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`npm start ended with ${status}`);
  const { federated, baseline } = JSON.parse(stdout);
  return `${federated.weightsSha256} ${baseline.weightsSha256}`;
}

function tryShort(env, version) {
  const copy = join(folder, `project-${version}`);
  mkdirSync(copy);
  cpSync(root, copy, { recursive: true, filter: (path) => !leftOut.includes(basename(path)) });
  run(env, copy, "npm", "ci", "--no-audit", "--no-fund");
  const weights = runOfSmoke(env, copy);
  run(env, copy, "npm", "test", "--", ...shortTests);
  rmSync(copy, { recursive: true });
  return weights;
}

const majorOf = (version) => version.split(".")[0];
/** Whose tests have been run by whoever takes the short form. */
const isThis = (version) => majorOf(version) === majorOf(process.versions.node);
try {
  const bits = new Map();
  for (const version of versions.filter((version) => !(isShort && isThis(version)))) {
    const env = { ...process.env, PATH: pathWith(version) };
    run(env, root, "node", "--version");
    if (isShort) bits.set(version, tryShort(env, version));
    else run(env, root, "npm", "test");
  }
  if (isShort) bits.set("this one", runOfSmoke(process.env, root));
  for (const [version, weights] of bits) console.log(`Node ${version}: weights ${weights}`);
  if (new Set(bits.values()).size > 1) throw new Error("the weights differ between versions of Node");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
