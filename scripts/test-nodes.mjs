#!/usr/bin/env node
/**
 * Tries the project on each version of Node that people have, whose binaries come from npm's package node:
 * `npm run test:nodes` runs every test on all of them. With --short, which CI takes, those that do not run this script
 * get a copy of the project, in which the README's two commands are taken with the smallest preset and the tests of
 * kernel, digests and emulator; the run's weights must be the same bits on all of them.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
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

/** @returns {Promise<string>} PATH with that Node first */
async function pathWith(version) {
  const prefix = join(folder, `node-${version}`);
  const into = ["--prefix", prefix, "--no-audit", "--no-fund"];
  await run({ env: process.env, cwd: root }, "npm", "install", ...into, `node@${version}`);
  return [join(prefix, "node_modules", "node", "bin"), process.env.PATH].join(delimiter);
}

/**
 * @returns {Promise<string>} what the command printed, which is told when it has ended: of two at a time, lines would mix
 */
function run({ env, cwd }, command, ...args) {
  return new Promise((resolve, reject) => {
    const called = [command, ...args].join(" ");
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [printed, said] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      console.log(`== ${called}\n${printed}${said}`);
      if (status === 0) resolve(printed);
      else reject(new Error(`${called} ended with ${status}`));
    });
  });
}

async function runOfSmoke(env, cwd) {
  const sampled = {
    ...env,
    FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/",
    XDG_CACHE_HOME: join(folder, "cache"),
  };
  const args = ["--silent", "start", "--", "--preset", "smoke", "--json"];
  const { federated, baseline } = JSON.parse(await run({ env: sampled, cwd }, "npm", ...args));
  return `${federated.weightsSha256} ${baseline.weightsSha256}`;
}

async function tryShort(env, version) {
  const cwd = join(folder, `project-${version}`);
  mkdirSync(cwd);
  cpSync(root, cwd, { recursive: true, filter: (path) => !leftOut.includes(basename(path)) });
  // an installation is the same work on each, and takes most of the time: the newest tries it
  if (version === versions.at(-1)) await run({ env, cwd }, "npm", "ci", "--no-audit", "--no-fund");
  else {
    symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"));
    await run({ env, cwd }, "npm", "run", "prepare");
  }
  const weights = await runOfSmoke(env, cwd);
  await run({ env, cwd }, "npm", "test", "--", ...shortTests);
  return weights;
}

async function tryOn(version) {
  const env = { ...process.env, PATH: await pathWith(version) };
  await run({ env, cwd: root }, "node", "--version");
  if (isShort) return tryShort(env, version);
  await run({ env, cwd: root }, "npm", "test");
  return undefined;
}

const majorOf = (version) => version.split(".")[0];
/** Whose tests have been run by whoever takes the short form. */
const isThis = (version) => majorOf(version) === majorOf(process.versions.node);
try {
  const bits = new Map();
  const tried = versions.filter((version) => !(isShort && isThis(version)));
  // an installation waits for the network, and two fill the cores; whole suites would only slow each other down
  if (isShort) {
    const ended = await Promise.allSettled(
      tried.map(async (version) => bits.set(version, await tryOn(version))),
    );
    for (const { reason } of ended) if (reason) throw reason;
    bits.set("this one", await runOfSmoke(process.env, root));
  } else for (const version of tried) await tryOn(version);
  for (const [version, weights] of bits) console.log(`Node ${version}: weights ${weights}`);
  if (new Set(bits.values()).size > 1) throw new Error("the weights differ between versions of Node");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
