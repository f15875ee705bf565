import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { requirePackages } from "../../cdk/peer-packages.ts";
import { project, shippedAssembly } from "../../cdk/project.ts";
import { homeUnwritable, synthFailed } from "../../shared/errors.ts";
import type { Assembly } from "./assembly.ts";
import { type OwnerAssembly, readOwnerAssembly } from "./owner-assembly.ts";
import { pruneAssemblies } from "./prune.ts";
import { readAssembly } from "./read-assembly.ts";
import { sourcesDigest } from "./sources-digest.ts";
import { ownersContext, type Synthesis, synthesisContext, synthesize } from "./synthesis.ts";

export interface LoadAssemblyOptions {
  /** FEDSTEP_HOME: assemblies are kept in its folder assemblies/. */
  readonly home: string;
  /** Bundle TensorFlow.js. */
  readonly tfjs?: boolean;
  /** Accounts of owners whose stacks are deployed beside the coordinator's, as the stack's setting has them. */
  readonly ownerAccounts?: string | undefined;
  /** Called before something is synthesized, which takes seconds. */
  readonly onSynth?: () => void;
  /** Absolute path of the project with cdk/ and functions/; this one unless said otherwise. */
  readonly root?: string;
  /** Ends a synthesis. */
  readonly signal?: AbortSignal | undefined;
}

/** Begins the name of a directory that is being written; another process may be at it. */
export const draftPrefix = ".draft-";

/** Sources that change while they are synthesized: so many times is someone typing, not a race. */
const attempts = 3;

/**
 * The cloud assembly of the sources as they are now, synthesized at most once per state of the sources. An installed
 * package brings its own, without TensorFlow.js.
 * @throws SynthFailed, AssemblyUnsupported, PackageMissing or HomeUnwritable; the signal's reason
 */
export async function loadAssembly({
  tfjs = false,
  ownerAccounts = "",
  root = project,
  ...options
}: LoadAssemblyOptions): Promise<Assembly> {
  const shipped = shippedAssembly(root);
  if (shipped && !tfjs && ownerAccounts === "") {
    return readAssembly(shipped.directory, readFileSync(shipped.digestFile, "utf8"));
  }
  const context = synthesisContext(root, tfjs, ownerAccounts);
  const work: Synthesis = { root, of: "coordinator", context };
  return keptAssembly(work, options, tfjs, readAssembly);
}

/**
 * The cloud assembly of an owner's stack, likewise. It is deployed with values of its parameters, in as many accounts as there
 * are such owners.
 * @throws SynthFailed, PackageMissing or HomeUnwritable; the signal's reason
 */
export async function loadOwnerAssembly({
  root = project,
  ...options
}: Omit<LoadAssemblyOptions, "tfjs" | "ownerAccounts">): Promise<OwnerAssembly> {
  const shipped = shippedAssembly(root, "owner");
  if (shipped) return readOwnerAssembly(shipped.directory, readFileSync(shipped.digestFile, "utf8"));
  return keptAssembly({ root, of: "owner", context: ownersContext }, options, false, readOwnerAssembly);
}

type Read<T> = (directory: string, digest: string) => T;

async function keptAssembly<T>(
  work: Synthesis,
  { home, onSynth, signal }: Pick<LoadAssemblyOptions, "home" | "onSynth" | "signal">,
  tfjs: boolean,
  read: Read<T>,
): Promise<T> {
  const { root } = work;
  const assemblies = resolve(home, "assemblies");
  const cached = await readCached(assemblies, sourcesDigest(work), read);
  if (cached) return cached;
  requireSynthesis(root, tfjs);
  onSynth?.();
  const digest = await makeAssembly(assemblies, work, signal);
  await pruneAssemblies(assemblies, digest);
  return read(join(assemblies, digest), digest);
}

/**
 * Refuses what loadAssembly would refuse for want of packages: asked before a data set is fetched and read for nothing.
 * @throws PackageMissing
 */
export function requireAssembly({
  home,
  tfjs = false,
  root = project,
}: Pick<LoadAssemblyOptions, "home" | "tfjs" | "root">): void {
  if (shippedAssembly(root) && !tfjs) return;
  try {
    requireSynthesis(root, tfjs);
  } catch (missing) {
    // what was synthesized while they were installed needs them no more
    const digest = sourcesDigest({ root, of: "coordinator", context: synthesisContext(root, tfjs) });
    if (!existsSync(resolve(home, "assemblies", digest))) throw missing;
  }
}

function requireSynthesis(root: string, tfjs: boolean): void {
  requirePackages(root, "synthesis", ...(tfjs ? (["tfjs"] as const) : []));
}

/** Undefined too where the directory is damaged: it is then made again. */
async function readCached<T>(assemblies: string, digest: string, read: Read<T>): Promise<T | undefined> {
  const directory = join(assemblies, digest);
  if (!existsSync(directory)) return undefined;
  try {
    const assembly = read(directory, digest);
    const now = new Date();
    // pruning keeps what was used last
    await utimes(directory, now, now).catch(() => undefined);
    return assembly;
  } catch {
    await rm(directory, { recursive: true, force: true });
    return undefined;
  }
}

async function makeAssembly(
  assemblies: string,
  work: Synthesis,
  signal: AbortSignal | undefined,
): Promise<string> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const draft = await makeDraft(assemblies);
    try {
      const digest = sourcesDigest(work);
      await synthesize(work, draft, signal);
      if (sourcesDigest(work) !== digest) continue;
      await publish(draft, join(assemblies, digest));
      return digest;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  throw synthFailed(`the sources changed during each of ${attempts} attempts to synthesize them`);
}

async function makeDraft(assemblies: string): Promise<string> {
  try {
    await mkdir(assemblies, { recursive: true });
    return await mkdtemp(join(assemblies, draftPrefix));
  } catch (cause) {
    throw homeUnwritable(
      `cannot write to ${assemblies}; set FEDSTEP_HOME to a directory that you may write`,
      {
        cause,
      },
    );
  }
}

/** A rename, so that a directory with a digest for its name is complete; whoever comes second has the same. */
async function publish(draft: string, directory: string): Promise<void> {
  try {
    await rename(draft, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  }
}
