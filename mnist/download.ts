import { setTimeout as sleep } from "node:timers/promises";
import { datasetInvalid } from "../shared/errors.ts";
import { decompress } from "./decompress.ts";
import { type DownloadLimits, type FetchFailure, fetchFile } from "./fetch-file.ts";
import { fileSha256 } from "./mnist-set.ts";
import { type IdxName, published } from "./published.ts";

/** How far the download of one file is. */
export interface DownloadProgress {
  readonly file: IdxName;
  readonly mirror: string;
  readonly received: number;
  /** Where the mirror announces it. */
  readonly total: number | undefined;
}

export type DownloadReporter = (progress: DownloadProgress) => void;

export interface DownloadOptions {
  readonly mirrors: readonly string[];
  readonly limits?: Partial<DownloadLimits> | undefined;
  readonly progress?: DownloadReporter | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What to do where mirrors answer and have not got it: a sentence for whoever waits for it. */
  readonly instead: string;
}

/** What came, or why nothing could: the notes tell of each mirror that failed. */
export type Download =
  | { readonly bytes: Uint8Array; readonly notes: readonly string[] }
  | { readonly offline: true; readonly notes: readonly string[] };

/** A mirror that no packet reaches costs five seconds; both public ones, ten. */
const defaultLimits: DownloadLimits = {
  connectMs: 5_000,
  stallMs: 20_000,
  totalMs: 600_000,
  passes: 3,
  backoffMs: 500,
  offlineAfterMs: 2_000,
};

/** A gzip stream is longer than what it holds by a header and a few bytes a block, at most. */
const gzipSlack = 65_536;

/**
 * Decompressed, and checked against the published digest, from the first mirror that has it.
 * @throws DatasetInvalid where mirrors answer, but none with the file; the message names each.
 *   An interruption throws the signal's reason, or an AbortError while it waits between two passes
 */
export async function downloadPublished(file: IdxName, options: DownloadOptions): Promise<Download> {
  const limits = { ...defaultLimits, ...options.limits };
  const failures: (FetchFailure & { mirror: string })[] = [];
  const notes = () => [...new Set(failures.map(({ mirror, reason }) => `${mirror}${file}.gz: ${reason}`))];
  const begun = performance.now();
  let mirrors = options.mirrors;
  for (let pass = 0; pass < limits.passes && mirrors.length > 0; pass++) {
    if (pass > 0) {
      const silent = failures.every(({ unreachable }) => unreachable);
      if (silent && performance.now() - begun > limits.offlineAfterMs) break;
      await sleep(limits.backoffMs * 2 ** (pass - 1), undefined, { signal: options.signal });
    }
    const again: string[] = [];
    for (const mirror of mirrors) {
      const outcome = await attempt(mirror, file, limits, options);
      if ("bytes" in outcome) return { bytes: outcome.bytes, notes: notes() };
      failures.push({ mirror, ...outcome });
      if (outcome.retry) again.push(mirror);
    }
    mirrors = again;
  }
  if (failures.every(({ unreachable }) => unreachable)) return { offline: true, notes: notes() };
  throw datasetInvalid(`MNIST could not be downloaded: ${notes().join("; ")}. ${options.instead}`);
}

async function attempt(
  mirror: string,
  file: IdxName,
  limits: DownloadLimits,
  { progress, signal }: DownloadOptions,
): Promise<{ bytes: Uint8Array } | FetchFailure> {
  const { sha256: expected, bytes: size } = published[file];
  const fetched = await fetchFile({
    url: `${mirror}${file}.gz`,
    maxBytes: size + gzipSlack,
    limits,
    signal,
    onBytes: (received, total) => progress?.({ file, mirror, received, total }),
  });
  if (!("bytes" in fetched)) return fetched;
  let bytes: Uint8Array;
  try {
    bytes = await decompress(fetched.bytes, "the file", size);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { reason, unreachable: false, retry: true };
  }
  const found = fileSha256(bytes);
  if (found === expected) return { bytes };
  const reason = `serves another file: its SHA-256 is ${found}, and MNIST's is ${expected}`;
  return { reason, unreachable: false, retry: false };
}
