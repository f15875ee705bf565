import { fork } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { sha256Hex } from "../shared/digest.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import { bucketVariable } from "../shared/workflow/bucket-variable.ts";
import type { SplitExamples } from "./split.ts";

/** What trains: one file, known by its digest. */
export interface Bundle {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export async function readBundle(file: string): Promise<Bundle> {
  const bytes = await readFile(file);
  return { bytes, sha256: await sha256Hex(bytes) };
}

/** What TrainClient's bundle takes of an owner's process. */
export interface TrainingWork {
  readonly input: Omit<OwnersJob, "agreement">;
  /** What the step reads of the run, by key. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  readonly examples: SplitExamples;
  readonly dataMac: string;
  /** 32 bytes. */
  readonly secretKey: Uint8Array;
}

const answer = z.union([
  z.object({ written: z.map(z.string(), z.instanceof(Uint8Array)) }),
  z.object({ error: z.object({ name: z.string(), message: z.string() }) }),
]);

/**
 * Trains in a process of its own, by the very bytes whose digest was agreed upon.
 * @returns what it would have written, by key
 * @throws Error with what the training says, which may hold what is the owner's alone; the signal's reason
 */
export async function train(
  bundle: Bundle,
  work: TrainingWork,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), "fedstep-owner-"));
  try {
    // a copy, so that what was digested is what runs
    const file = join(folder, "index.mjs");
    await writeFile(file, bundle.bytes, { mode: 0o600 });
    const answered = answer.parse(await ask(file, work, signal));
    if ("written" in answered) return answered.written;
    throw Object.assign(new Error(answered.error.message), { name: answered.error.name });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const child = fileURLToPath(new URL("./training-child.mjs", import.meta.url));

function ask(bundle: string, work: TrainingWork, signal?: AbortSignal): Promise<unknown> {
  const training = fork(child, {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: [],
    // nothing of this process' environment; what the bundle's AWS SDK would talk to is not there
    env: { [bucketVariable]: "held", AWS_REGION: "us-east-1" },
    ...(signal && { signal }),
  });
  return new Promise((resolve, reject) => {
    training.once("error", reject);
    training.once("message", resolve);
    training.once("exit", (code, by) =>
      reject(new Error(`what trains has ended by ${by ?? `exit code ${code}`}`)),
    );
    training.send({ bundle, work });
  });
}
