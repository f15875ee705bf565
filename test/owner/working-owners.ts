import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { giveAcceptance, prepareAcceptance } from "../../owner/accept.ts";
import { type Doing, type Done, doJob } from "../../owner/do-job.ts";
import { makeHome, type OwnerHome } from "../../owner/home.ts";
import { outFile } from "../../owner/leaving.ts";
import type { Bundle } from "../../owner/train.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { federationKeys, keys } from "../../shared/layout.ts";
import type { Acceptance } from "../../shared/owners/acceptance.ts";
import { type Agreement, nameOf } from "../../shared/owners/agreement.ts";
import type { Signed } from "../../shared/owners/signed.ts";
import { randomStream } from "../../shared/random.ts";
import type { ClientReport, trainClientInput } from "../../shared/workflow/payloads.ts";
import { readNamed } from "../../tables/named-path.ts";
import { readBySchema } from "../../tables/read-by-schema.ts";
import type { MemoryBucket } from "../functions/memory-bucket.ts";
import { putOwnersRun } from "../functions/owners.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { folder } from "./homes.ts";

export const run = "clinics.first";
const day = new Date("2026-11-29T12:00:00Z");

/** An owner with a home and a file of its own. */
export interface WorkingOwner {
  readonly home: OwnerHome;
  readonly data: string;
}

/** A table as a clinic has it: whoever is ill is older and has more of what is measured. */
export function clinicTable(number: number, rows = 110 + 9 * number): string {
  const noise = randomStream(5, "start", number);
  const lines = Array.from({ length: rows }, (_, row) => {
    const ill = noise.unit() < 0.35 + 0.1 * number;
    const age = (40 + (ill ? 25 : 0) + 20 * noise.unit()).toFixed(1);
    const crp = (5 + (ill ? 60 : 0) + 30 * noise.unit()).toFixed(2);
    return `secret-${number}-${row},${age},${crp},${ill ? 1 : 0}`;
  });
  return `patient,age,crp,outcome\n${lines.join("\n")}\n`;
}

/** @param place folder for what they have; of the test's own where left out */
export async function workingOwners(count = 3, place = folder()): Promise<WorkingOwner[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const data = join(place, `clinic-${number}.csv`);
      writeFileSync(data, clinicTable(number));
      return { home: await makeHome(join(place, `home-${number}`), `owner ${number}`, day), data };
    }),
  );
}

/** The agreement that owners are to accept. */
export function agreementAmong(
  owners: readonly WorkingOwner[],
  bundle: Bundle,
  config: (base: Agreement["config"]) => Agreement["config"],
  changes: Partial<Agreement> = {},
): Agreement {
  const base = agreementOf(owners.map(({ home }) => home.keys));
  return {
    ...base,
    minimumCohort: 3,
    config: config(base.config),
    bundles: [bundle.sha256],
    members: base.members.map((member, at) => ({
      ...member,
      exchangeKey: owners[at]?.home.owner.exchangeKey ?? "",
      ...accountOf(owners[at]?.home),
    })),
    ...changes,
  };
}

/** Where the agreement says that an owner's function is. */
function accountOf(home: OwnerHome | undefined): Pick<Agreement["members"][number], "account"> {
  const { account, stack } = home?.storage.account ?? {};
  return account !== undefined && stack !== undefined ? { account: { account, stack } } : {};
}

/** Has the owners accept an agreement by their own homes, and lays out a run under it. */
export async function agree(
  bucket: MemoryBucket,
  owners: readonly WorkingOwner[],
  bundle: Bundle,
  config: (base: Agreement["config"]) => Agreement["config"],
  changes: Partial<Agreement> = {},
  place = folder(),
): Promise<Agreement> {
  const agreed = agreementAmong(owners, bundle, config, changes);
  const put = (key: string, value: unknown) =>
    bucket.contents.set(key, new TextEncoder().encode(JSON.stringify(value)));
  put(federationKeys.agreement(agreed.federation, 1), agreed);
  const accepted: Signed<Acceptance>[] = [];
  for (const { home, data } of owners) {
    const prepared = await prepareAcceptance(home, {
      versions: [agreed],
      readTable: () => readNamed(data, "--data"),
      tellAgain: false,
      at: day,
    });
    await giveAcceptance(home, prepared, outFile(join(place, `${home.fingerprint}.json`)), day);
    put(federationKeys.acceptance(agreed.federation, 1, home.fingerprint), prepared.acceptance);
    accepted.push(prepared.acceptance);
  }
  await putOwnersRun(bucket, run, agreed, accepted);
  return agreed;
}

/** A job with what comes with it: of the bucket, what its owner may read. */
export function doingOf(
  bucket: MemoryBucket,
  agreed: Agreement,
  { data }: WorkingOwner,
  bundle: Bundle,
  input: z.output<typeof trainClientInput>,
): Doing {
  const { round } = input;
  const came = [...bucket.contents].filter(
    ([key]) =>
      [keys.plan(run), keys.partition(run), keys.global(run, round - 1)].includes(key) ||
      key === keys.roundState(run, round - 1) ||
      key === keys.roundMetrics(run, round - 1),
  );
  return {
    job: { agreement: nameOf(agreed), ...input },
    objects: new Map(came),
    readData: async ({ schema }) => readBySchema(await readNamed(data, "--data"), schema),
    bundle,
    bringRound: async ({ sizes }) => ({
      get: (key) => (sizes.has(key) ? bucket.contents.get(key) : undefined),
    }),
    at: day,
  };
}

/** Does the job, and puts what leaves where the door would. @throws Error by the refusal's name */
export async function work(
  bucket: MemoryBucket,
  { home }: WorkingOwner,
  doing: Doing,
): Promise<ClientReport & { done: Done }> {
  const done = await doJob(home, doing);
  const { client } = doing.job;
  if ("refusal" in done) return { client, error: { Error: done.refusal }, done };
  bucket.contents.set(done.key, done.update);
  if (done.boxes) bucket.contents.set(done.boxes.key, done.boxes.bytes);
  const usage = { count: 0, cold: 0, billedMs: 0, gbSeconds: 0 };
  return { client, sha256: await sha256Hex(done.update), from: 0, to: 0, usage, done };
}
