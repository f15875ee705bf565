import { doorUntrusted } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import type { JobAnswer } from "../../shared/owners/door-protocol.ts";
import { type AnyJob, boxesFor, isOpening } from "../../shared/owners/helpers-job.ts";
import type { LogEntry } from "../../shared/owners/log-entry.ts";
import { mostRoundOf, wantedFor } from "../wanted-objects.ts";
import type { DoorAddress } from "./door-address.ts";
import { fetchOffered, offeredBy } from "./offered.ts";
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
  const offered = offeredBy(reads, possibleFor(job, reads.length), "the job", address);
  const brought = new Map<string, Uint8Array>();
  for (const [key, most] of [...needed, ...optional]) {
    const url = offered.get(key);
    if (url === undefined && optional.has(key)) continue;
    if (url === undefined) throw doorUntrusted(`the door does not say where ${key} is`);
    const bytes = await fetchOffered(transport, { key, url, most, optional: optional.has(key), signal });
    if (bytes) brought.set(key, bytes);
  }
  return brought;
}

/** What a door may offer that gives too much: rounds before the one that is asked for. @param count of what it offers */
function possibleFor(job: AnyJob, count: number): ReadonlySet<string> {
  const { run, round } = job;
  return new Set([
    ...(isOpening(job) ? boxesFor(job) : []),
    ...[keys.plan(run), keys.partition(run), keys.global(run, round - 1), keys.roundState(run, round - 1)],
    ...Array.from({ length: count }, (_, at) => keys.roundMetrics(run, round - 1 - at)),
  ]);
}
