import { COMPRESSED_UP_TO } from "../../shared/model/kernel/prepared.ts";
import type { ExampleWork } from "../../shared/model/work.ts";

/** What training is made of. */
export interface Work {
  /** By the kind of model. */
  readonly example: ExampleWork;
  readonly trainer: "kernel" | "tfjs";
  readonly batchSize: number;
  /** Share of pairs of neighbouring features that are not both zero, 0 ... 1. */
  readonly filled: number;
}

/**
 * Nanoseconds, fitted to the figures of docs/performance.md, which were measured on one core of an AMD EPYC: of a
 * multiplication with its addition, of an example besides, of a minibatch besides.
 */
const costs = {
  kernel: { product: 0.045, example: 500, batch: 2_500 },
  tfjs: { product: 0.4, example: 0, batch: 700_000 },
} as const;

/**
 * How many times as long a whole vCPU of Lambda takes as that core. An assumption, not a measurement: on arm64 such a core
 * starts half as many 128-bit operations in a cycle at about three quarters of the clock, and the rest is memory; on
 * x86_64 a vCPU is one of a core's two threads.
 */
const slowdown = 2;
/** Memory with which a function has one whole vCPU; more of them do not help, since training runs on one. */
export const wholeCpuMb = 1769;

/**
 * Share of pairs above which the kernel takes values as they are; two neighbours are both zero less often than either.
 */
const sparseUpTo = 1 - (1 - COMPRESSED_UP_TO) ** 2;

/** Whether the kernel leaves out what is zero of the first layer's inputs. */
export function isSparse(filled: number): boolean {
  return filled <= sparseUpTo;
}

/** Milliseconds of a function with so much memory for what takes so many on the core that was measured. */
export function onLambda(ms: number, memoryMb: number): number {
  return ms * slowdown * Math.max(1, wholeCpuMb / memoryMb);
}

/**
 * Milliseconds on the core that was measured for so many examples seen in training. The kernel leaves out zero pairs of
 * the example's values where they are many.
 */
export function trainingMs(work: Work, examples: number): number {
  return passMs(work, examples, "training");
}

/** The same for examples that are only evaluated: outputs alone. */
export function evaluationMs(work: Work, examples: number): number {
  return passMs(work, examples, "evaluation");
}

function passMs(
  { example: takes, trainer, batchSize, filled }: Work,
  examples: number,
  of: "training" | "evaluation",
): number {
  const { product, example, batch } = costs[trainer];
  const share = trainer === "kernel" && isSparse(filled) ? filled : 1;
  const { ofInputs, others } = takes[of];
  const products = share * ofInputs + others;
  const batches = examples / batchSize;
  return (examples * (products * product + example) + batches * batch) / 1e6;
}

/** Milliseconds that S3 takes to answer one small request within its region: an assumption, as of its usual latency. */
export const s3Ms = { read: 20, write: 30 };
/** Milliseconds a megabyte takes from S3 or to it: 80 MB/s, an assumption for functions of less than one vCPU. */
const s3MsPerMb = 12.5;

/** SDK, formats and digests of an invocation; measured, as what follows, on the core of docs/performance.md, in milliseconds. */
const formatsMs = 9.2;
/** Of a byte of data set, dividing it. */
export const perByteMs = 1.1e-5;
/** Of an update's parameter, decoding, checking and adding it up. */
export const perParameterMs = 1e-5;
/** The making of a report. */
export const reportMs = 150;
/** Milliseconds billed for starting an environment, which has a whole vCPU until its first invocation. */
export const initializationMs = onLambda(140, Number.POSITIVE_INFINITY);

/** What a function does that takes time. */
export interface Doing {
  /** Requests to S3, of which each waits for the one before. */
  readonly reads?: number;
  readonly writes?: number;
  /** Bytes to and from S3, in units of 2^20. */
  readonly megabytes?: number;
  /** Milliseconds of work on the core that was measured. */
  readonly cpuMs: number;
}

/** Milliseconds billed for a part of an invocation. */
export function stepMs(memoryMb: number, { reads = 0, writes = 0, megabytes = 0, cpuMs }: Doing): number {
  return reads * s3Ms.read + writes * s3Ms.write + s3MsPerMb * megabytes + onLambda(cpuMs, memoryMb);
}

/** Milliseconds billed for an invocation in a warm environment. */
export function invocationMs(memoryMb: number, doing: Doing): number {
  return stepMs(memoryMb, { ...doing, cpuMs: formatsMs + doing.cpuMs });
}

export const megabytes = (bytes: number): number => bytes / 2 ** 20;
