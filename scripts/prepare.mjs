#!/usr/bin/env node
/**
 * Makes what is made of the sources: generated modules, the sample, and JavaScript in dist/. npm does it after an
 * installation and before it packs, and bin/fedstep.mjs in a checkout whose sources are others than those in dist/.
 */
import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, sourcesDigest } from "./source-files.mjs";

/** Holds the digest of the sources that dist/ was made of; missing while it is being made. */
const stamp = join(root, "dist", "sources.sha256");

/** Sources that change while they are compiled: so many times is someone typing, not a race. */
const attempts = 3;

/** What the system says of files that are somebody else's. */
const denials = ["EACCES", "EPERM", "EROFS"];

/** Where nothing has changed, nobody waits for a compiler. Who may not compile is told who can, and the process ends. */
export async function prepareIfStale() {
  try {
    if (stamped() !== sourcesDigest()) await prepare();
  } catch (error) {
    if (!denials.includes(error.code)) throw error;
    // named as those in shared/errors.ts, of which nothing may be compiled yet
    process.stderr.write(
      `CheckoutUnwritable: what is compiled in dist is not of the sources beside it, and this user cannot compile them ` +
        `(${error.message}): run npm run prepare in ${root} as its owner, then this again\n`,
    );
    process.exit(2);
  }
}

export async function prepare() {
  const [{ buildKernel }, { buildPage }, { buildSample }, { buildCounts }, { compile }] = await Promise.all([
    import("./generate/kernel.mjs"),
    import("./generate/page.mjs"),
    import("./generate/sample.mjs"),
    import("./generate/counts.mjs"),
    import("./compile.mjs"),
  ]);
  rmSync(stamp, { force: true });
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const digest = sourcesDigest();
    await buildKernel();
    await buildPage();
    buildSample();
    await buildCounts();
    await compile();
    if (sourcesDigest() !== digest) continue;
    writeFileSync(stamp, digest);
    return;
  }
  throw new Error(`the sources changed during each of ${attempts} attempts to compile them`);
}

function stamped() {
  try {
    return readFileSync(stamp, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await prepare();
