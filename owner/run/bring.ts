import { doorUnreachable, doorUntrusted } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import type { JobAnswer } from "../../shared/owners/door-protocol.ts";
import { type AnyJob, boxesFor, isOpening } from "../../shared/owners/helpers-job.ts";
import type { LogEntry } from "../../shared/owners/log-entry.ts";
import { mostRoundOf, wantedFor } from "../wanted-objects.ts";
import { assertStorage } from "./assert-storage.ts";
import type { DoorAddress } from "./door-address.ts";
import type { Transport } from "./transport.ts";

type Reads = JobAnswer["reads"];

/** @throws DoorUntrusted where the job is not of the federation whose door it came from, or of a round that no run of it has */
export function assertOfferedBy({ federation, config }: Agreement, { agreement, run, round }: AnyJob): void {
  if (agreement.federation !== federation) {
    throw doorUntrusted(`the door of ${federation} asks for work for ${agreement.federation}`);
  }
  const most = mostRoundOf({ config });
  if (round > most)
    throw doorUntrusted(`the door asks for round ${round} of ${run}, which has ${most} at most`);
}

export interface Bringing {
  readonly job: AnyJob;
  readonly reads: Reads;
  readonly agreed: Agreement;
  readonly entries: readonly LogEntry[];
  readonly address: DoorAddress;
  readonly transport: Transport;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings what a job takes, and nothing else: from where it was agreed upon, each object up to what it may have of bytes.
 * @throws DoorUntrusted where the door names other objects, another place, or answers without end; DoorUnreachable
 */
export async function bring({
  job,
  reads,
  agreed,
  entries,
  address,
  transport,
  signal,
}: Bringing): Promise<ReadonlyMap<string, Uint8Array>> {
  const { needed, optional } = wantedFor(job, agreed, entries);
  const offered = offeredBy(reads, job, address);
  const brought = new Map<string, Uint8Array>();
  for (const [key, most] of [...needed, ...optional]) {
    const url = offered.get(key);
    if (url === undefined && optional.has(key)) continue;
    if (url === undefined) throw doorUntrusted(`the door does not say where ${key} is`);
    const { status, bytes } = await transport.exchange({ method: "GET", url, most, signal });
    if (status === 200) brought.set(key, bytes);
    else if (status >= 300 && status < 400) {
      throw doorUntrusted(`${key}: is led elsewhere by ${status}, and nobody goes there`);
    }
    // S3 says 403 of what is not there to who may not list
    else if (!optional.has(key) || ![403, 404].includes(status)) {
      throw doorUnreachable(`${key}: answered ${status}`);
    }
  }
  return brought;
}

/** Rounds, of a door that gives too much, before the one that is asked for. */
function offeredBy(reads: Reads, job: AnyJob, address: DoorAddress): ReadonlyMap<string, string> {
  const offered = new Map<string, string>();
  const { run, round } = job;
  const possible = new Set([
    ...(isOpening(job) ? boxesFor(job) : []),
    ...[keys.plan(run), keys.partition(run), keys.global(run, round - 1), keys.roundState(run, round - 1)],
    ...Array.from({ length: reads.length }, (_, at) => keys.roundMetrics(run, round - 1 - at)),
  ]);
  for (const { key, url } of reads) {
    if (!possible.has(key) || offered.has(key)) {
      throw doorUntrusted(
        `the door offers ${key.slice(0, 200)}, which is no part of the job, or offers it twice`,
      );
    }
    assertStorage(url, address);
    offered.set(key, url);
  }
  return offered;
}
