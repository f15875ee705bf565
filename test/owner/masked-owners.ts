import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { homeFiles } from "../../owner/home-files.ts";
import type { Helping } from "../../owner/judge-opening.ts";
import { type Opening, openSums } from "../../owner/open-sums.ts";
import type { Bundle } from "../../owner/train.ts";
import type { Config } from "../../shared/config/schema.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { type Agreement, nameOf } from "../../shared/owners/agreement.ts";
import type { RefusalName } from "../../shared/owners/refusals.ts";
import { strategySettings } from "../../shared/strategy/strategies.ts";
import type { ClientReport, HelperReport, openSumsInput } from "../../shared/workflow/payloads.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { type Play, playRun } from "../functions/played-run.ts";
import { agree, doingOf, run, type WorkingOwner, work, workingOwners } from "./working-owners.ts";

export const rounds = 2;
/** The members who help, by their places: not in the order of the members. */
export const helpers = [3, 0, 1] as const;
const names = helpers.map((at) => `owner ${at}`);

/** A short run whose updates are masked, or whose same integers are summed in the open. */
export const maskedBy =
  (how: "owners" | "coordinator" | "none", name = "FedAvg") =>
  (config: Config): Config => ({
    ...config,
    federation: {
      ...config.federation,
      ...{ rounds, quorum: 0.75, strategy: strategySettings.parse({ name }) },
      secureAggregation: {
        ...config.federation.secureAggregation,
        ...{ helpers: how, start: "same", minimumCohort: 3, minimumExamplesInSum: 200 },
      },
    },
  });

/** The same, whose owners may each have what a round was made of. */
export const recomputable = (config: Config): Config => {
  const { secureAggregation } = config.federation;
  return {
    ...config,
    federation: { ...config.federation, secureAggregation: { ...secureAggregation, recomputable: true } },
  };
};

/** Has an owner's policy say otherwise. */
export function byPolicy({ home }: WorkingOwner, rules: object): void {
  const path = join(home.place, homeFiles.policy);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...rules }));
}

/** Four owners who trust the helpers. */
export async function maskingOwners(place?: string): Promise<WorkingOwner[]> {
  const owners = await workingOwners(4, place);
  for (const owner of owners) byPolicy(owner, { helpers: names, minimumExamplesInSum: 200 });
  return owners;
}

export const agreeMasked = (
  bucket: MemoryBucket,
  owners: readonly WorkingOwner[],
  bundle: Bundle,
  name = "FedAvg",
  place?: string,
  also: MaskedPlay["also"] = (config) => config,
): Promise<Agreement> => {
  const config = (of: Config) => also(maskedBy("owners", name)(of));
  return agree(bucket, owners, bundle, config, { helpers: names }, place);
};

type OpeningInput = z.output<typeof openSumsInput>;

/** A helper's job with what comes with it: of the bucket, what it may read. */
export function helpingOf(
  bucket: MemoryBucket,
  agreed: Agreement,
  { run, plan, writer, helper, federation, reports }: OpeningInput,
): Helping {
  const { round, execution, chainSha256, ended } = federation;
  const attempt = execution.number;
  const clients = reports.flatMap((one) => ("sha256" in one ? [one.client] : []));
  const read = new Set([
    ...[keys.plan(run), keys.partition(run), keys.global(run, round - 1), keys.roundMetrics(run, round - 1)],
    ...clients.map((client) => keys.boxes(run, round, client, attempt)),
  ]);
  return {
    job: {
      ...{ agreement: nameOf(agreed), run, plan, writer, round, attempt, chainSha256 },
      ...{ task: "open", helper, ended, clients },
    },
    objects: new Map([...bucket.contents].filter(([key]) => read.has(key))),
    at: new Date("2026-11-29T12:00:00Z"),
  };
}

/** What becomes of a helper's part, with what leaves put where the door would. */
export async function help(
  bucket: MemoryBucket,
  { home }: WorkingOwner,
  helping: Helping,
): Promise<{ readonly report: HelperReport; readonly opening: Opening | { readonly refusal: RefusalName } }> {
  const opening = await openSums(home, helping);
  const { helper } = helping.job;
  if ("refusal" in opening) return { opening, report: { helper, error: { Error: opening.refusal } } };
  bucket.contents.set(opening.key, opening.opened);
  const usage = { count: 0, cold: 0, billedMs: 0, gbSeconds: 0 };
  return { opening, report: { helper, sha256: await sha256Hex(opening.opened), from: 0, to: 0, usage } };
}

export interface MaskedPlay {
  readonly name?: string;
  readonly owners?: readonly WorkingOwner[];
  readonly bucket?: MemoryBucket;
  /** What else they agree upon. */
  readonly also?: (config: Config) => Config;
  /** In the place of an owner's update. */
  readonly client?: (
    round: number,
    client: number,
    work: () => Promise<ClientReport>,
  ) => Promise<ClientReport>;
  /** In the place of what a helper opens. */
  readonly helper?: (
    round: number,
    helper: number,
    open: () => Promise<HelperReport>,
    input: OpeningInput,
  ) => Promise<HelperReport>;
}

/** Plays a run of masked owners, each by its own home, through the functions of the coordinator. */
export async function playMasked(bundle: Bundle, play: MaskedPlay = {}) {
  const { name = "FedAvg", bucket = new MemoryBucket() } = play;
  const owners = play.owners ?? (await maskingOwners());
  const agreed = await agreeMasked(bucket, owners, bundle, name, undefined, play.also);
  const hooks = hooksOf(bundle, bucket, owners, agreed, play);
  const { result } = await playRun(bucket, run, hooks);
  return { bucket, owners, agreed, result, hooks };
}

export function hooksOf(
  bundle: Bundle,
  bucket: MemoryBucket,
  owners: readonly WorkingOwner[],
  agreed: Agreement,
  { client, helper: helping }: Pick<MaskedPlay, "client" | "helper"> = {},
): Play {
  return {
    interfere: async (round, number, _train, input) => {
      const owner = owners[number] as WorkingOwner;
      const train = async () => {
        const { done: _, ...report } = await work(
          bucket,
          owner,
          doingOf(bucket, agreed, owner, bundle, input),
        );
        return report;
      };
      return client ? client(round, number, train) : train();
    },
    help: async (round, helper, _open, input) => {
      const owner = owners[helpers[helper - 1] ?? 0] as WorkingOwner;
      const open = async () => (await help(bucket, owner, helpingOf(bucket, agreed, input))).report;
      return helping ? helping(round, helper, open, input) : open();
    },
  };
}
