import { doorUnreachable, doorUntrusted } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { specOf } from "../../shared/model/spec.ts";
import { likeModel } from "../../shared/model/vector-shape.ts";
import { vectorsSize } from "../../shared/model/vectors-size.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { featuresOf } from "../../shared/owners/data-schema.ts";
import type { JobAnswer } from "../../shared/owners/door-protocol.ts";
import type { OwnersJob } from "../../shared/owners/job.ts";
import { type LogEntry, ofRun, signedOf } from "../../shared/owners/log-entry.ts";
import { stateSize } from "../../shared/strategy/state-size.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { figuresBytes, partitionBytes, resultBytes } from "../../shared/workflow/record-size.ts";
import { assertStorage } from "./assert-storage.ts";
import type { DoorAddress } from "./door-address.ts";
import type { Transport } from "./transport.ts";

type Reads = JobAnswer["reads"];

/** @throws DoorUntrusted where the job is not of the federation whose door it came from, or of a round that no run of it has */
export function assertOfferedBy(
  { federation, config }: Agreement,
  { agreement, run, round }: OwnersJob,
): void {
  if (agreement.federation !== federation) {
    throw doorUntrusted(`the door of ${federation} asks for work for ${agreement.federation}`);
  }
  // with the final pass; what a round takes of those before it is listed one by one
  const most = config.federation.rounds + 1;
  if (round > most)
    throw doorUntrusted(`the door asks for round ${round} of ${run}, which has ${most} at most`);
}

/** What a job takes, by key, with the most bytes that each may have. */
interface Wanted {
  readonly needed: ReadonlyMap<string, number>;
  /** Which there may be none of. */
  readonly state: readonly [key: string, most: number];
}

export interface Bringing {
  readonly job: OwnersJob;
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
  const { needed, state } = wantedFor(job, agreed, entries);
  const offered = offeredBy(reads, job, address);
  const brought = new Map<string, Uint8Array>();
  for (const [key, most] of [...needed, state]) {
    const url = offered.get(key);
    if (url === undefined && key === state[0]) continue;
    if (url === undefined) throw doorUntrusted(`the door does not say where ${key} is`);
    const { status, bytes } = await transport.exchange({ method: "GET", url, most, signal });
    if (status === 200) brought.set(key, bytes);
    else if (status >= 300 && status < 400) {
      throw doorUntrusted(`${key}: is led elsewhere by ${status}, and nobody goes there`);
    }
    // S3 says 403 of what is not there to who may not list
    else if (key !== state[0] || ![403, 404].includes(status)) {
      throw doorUnreachable(`${key}: answered ${status}`);
    }
  }
  return brought;
}

/** Rounds of a run whose metrics an owner follows the chain by: from the last one before in which its update left. */
function wantedFor({ run, round }: OwnersJob, agreed: Agreement, entries: readonly LogEntry[]): Wanted {
  const before = round - 1;
  const first = ofRun(run, signedOf(entries)).findLast((one) => one.round < round)?.round ?? 1;
  const sizes = sizesUnder(agreed);
  const rounds = Array.from({ length: Math.max(0, round - first) }, (_, at) => first + at);
  return {
    needed: new Map([
      [keys.plan(run), sizes.plan],
      [keys.partition(run), sizes.partition],
      [keys.global(run, before), sizes.model],
      ...rounds.map((one) => [keys.roundMetrics(run, one), sizes.metrics] as const),
    ]),
    state: [keys.roundState(run, before), sizes.state],
  };
}

function sizesUnder({ config, schema, members }: Agreement) {
  const data = { features: featuresOf(schema).length, classes: schema.label.classes.length };
  const model = specOf(config, data);
  const metrics = figuresBytes({ config, dataset: data });
  return {
    plan: resultBytes(members.length, data, metrics),
    partition: partitionBytes(members.length, data),
    model: vectorsSize(model, [likeModel]).bytes,
    state: stateSize(model, openStrategy(config.federation.strategy)).bytes,
    metrics,
  };
}

/** Rounds, of a door that gives too much, before the one that is asked for. */
function offeredBy(
  reads: Reads,
  { run, round }: OwnersJob,
  address: DoorAddress,
): ReadonlyMap<string, string> {
  const offered = new Map<string, string>();
  const possible = new Set([
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
