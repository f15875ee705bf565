import { fork } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { sha256Hex } from "../shared/digest.ts";
import type { Agreement } from "../shared/owners/agreement.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import type { SplitExamples } from "../shared/owners/split.ts";
import { waitSeconds } from "../shared/owners/waiting-job.ts";
import { sumsSchema } from "../shared/task/records.ts";
import type { EvaluationSums } from "../shared/task/tasks.ts";
import { bucketVariable } from "../shared/workflow/bucket-variable.ts";
import { sha256 as digest } from "../shared/workflow/fields.ts";

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
  /** What the update is to tell of the model that was trained alone. */
  readonly alone?: EvaluationSums | undefined;
}

const written = z.map(z.string(), z.instanceof(Uint8Array));
const trainedAlone = z.object({ weightsSha256: digest, alone: sumsSchema, federated: sumsSchema });

const answer = z.union([
  z.object({ done: z.unknown().refine((done) => done !== undefined) }),
  z.object({ error: z.object({ name: z.string(), message: z.string() }) }),
]);

/** What a training may take, and when it is given up. */
export interface Limits {
  readonly timeoutSeconds: number;
  /** Of the process, as the system counts it. */
  readonly memoryBytes: number;
}

/**
 * Half of the machine's memory at most, and all the time that a round waits.
 * @param bounds what there is besides, now
 */
export function limitsOf(
  { waitMinutes }: Pick<Agreement, "waitMinutes">,
  bounds: () => Limits = () => ({ timeoutSeconds: Infinity, memoryBytes: Infinity }),
): Limits {
  const { timeoutSeconds, memoryBytes } = bounds();
  return {
    timeoutSeconds: Math.min(waitSeconds(waitMinutes).timeoutSeconds, timeoutSeconds),
    memoryBytes: Math.floor(Math.min(totalmem() / 2, memoryBytes)),
  };
}

/**
 * Trains in a process of its own, by the very bytes whose digest was agreed upon.
 * @returns what it would have written, by key
 * @throws Error with what the training says, which may hold what is the owner's alone, or with the limit that it passed; the
 * signal's reason
 */
export async function train(...training: Training): Promise<ReadonlyMap<string, Uint8Array>> {
  return written.parse(await inItsProcess("workAtOwner", ...training));
}

/**
 * Trains, likewise, without the others for as many rounds as the run has had.
 * @returns the digest of that model, and the sums of it and of the federation's on what the owner holds out
 * @throws the same
 */
export async function trainAlone(...training: Training): Promise<z.output<typeof trainedAlone>> {
  return trainedAlone.parse(await inItsProcess("trainAloneAtOwner", ...training));
}

type Training = [bundle: Bundle, work: TrainingWork, limits: Limits, signal?: AbortSignal | undefined];

/** @param task name of what the bundle exports */
async function inItsProcess(task: string, ...[bundle, work, limits, signal]: Training): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "fedstep-owner-"));
  try {
    // a copy, so that what was digested is what runs
    const file = join(folder, "index.mjs");
    await writeFile(file, bundle.bytes, { mode: 0o600 });
    const answered = answer.parse(await ask(file, { task, work }, limits, signal));
    if ("done" in answered) return answered.done;
    throw Object.assign(new Error(answered.error.message), { name: answered.error.name });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const child = fileURLToPath(new URL("./training-child.mjs", import.meta.url));

function ask(
  bundle: string,
  asked: { readonly task: string; readonly work: TrainingWork },
  { timeoutSeconds, memoryBytes }: Limits,
  signal?: AbortSignal,
): Promise<unknown> {
  // it takes whole milliseconds alone
  const tooLong = AbortSignal.timeout(Math.floor(1000 * timeoutSeconds));
  const ended = signal ? AbortSignal.any([signal, tooLong]) : tooLong;
  ended.throwIfAborted();
  const training = fork(child, {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    // V8's own bound is for objects alone, and the process has one for all that it takes
    execArgv: [`--max-old-space-size=${Math.ceil(memoryBytes / 2 ** 20)}`],
    // nothing of this process' environment; what the bundle's AWS SDK would talk to is not there
    env: { [bucketVariable]: "held", AWS_REGION: "us-east-1" },
    // it may be in the middle of a computation that asks nobody
    ...{ signal: ended, killSignal: "SIGKILL" },
  });
  return new Promise((resolve, reject) => {
    training.once("error", (error) => {
      if (signal?.aborted) reject(signal.reason);
      else reject(tooLong.aborted ? new Error(`training took more than ${timeoutSeconds} s`) : error);
    });
    training.once("message", resolve);
    training.once("exit", (code, by) =>
      reject(new Error(`what trains has ended by ${by ?? `exit code ${code}`}`)),
    );
    training.send({ bundle, ...asked, memoryBytes });
  });
}
