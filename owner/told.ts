import * as z from "zod";
import { canonicalSha256 } from "../shared/canonical-json.ts";
import { dataChanged, type FedstepError, logBroken } from "../shared/errors.ts";
import { type AgreementName, agreementName, federationName } from "../shared/owners/agreement-name.ts";
import { type Description, description } from "../shared/owners/description.ts";
import type { LogEntry } from "../shared/owners/log-entry.ts";
import { count, sha256 } from "../shared/workflow/fields.ts";
import type { OwnerHome } from "./home.ts";
import { homeFiles, readHomeFile, writeHomeFile } from "./home-files.ts";

/** What an owner has told of one data set in one federation: the file told/FEDERATION.DATAMAC.json. */
const toldRecord = z.strictObject({
  format: z.literal(1),
  federation: federationName,
  /** Under which it was told last. */
  agreement: agreementName,
  /** The owner's number there, by which rows are held out. */
  number: count,
  description,
  /** The log's entry of that, by which a log is found out that is older than what has left. */
  entry: z.strictObject({ number: z.int().positive(), sha256 }),
});

export type ToldRecord = Readonly<z.output<typeof toldRecord>>;

/** @throws LogBroken where the log does not know what was told */
export async function readTold({
  storage,
  log,
}: Pick<OwnerHome, "storage" | "log">): Promise<readonly ToldRecord[]> {
  const names = (await storage.list(homeFiles.told)).filter((name) =>
    /^[a-z0-9-]+\.[0-9a-f]{64}\.json$/.test(name),
  );
  const found = await Promise.all(
    names.map((name) => readHomeFile(storage, `${homeFiles.told}/${name}`, toldRecord)),
  );
  const told = found.filter((one) => one !== undefined);
  for (const { entry, description } of told) {
    const logged = log.entries[entry.number - 1];
    if (logged && canonicalSha256(logged) === entry.sha256) continue;
    throw logBroken(
      `${storage.named(homeFiles.log)} does not hold entry ${entry.number}, by which data ${description.dataMac.slice(0, 16)} were told of: ` +
        "it was brought back from a backup that is older than what has left; bring back the whole home as it was last, or make " +
        "another one with new keys, and tell the coordinator",
    );
  }
  return told;
}

/** What was told before of the same data in the same federation; of what its policy keeps now, nothing. */
export function repeated(
  told: readonly ToldRecord[],
  { federation }: AgreementName,
  now: Description,
): Description {
  const before = told.find(
    (one) => one.federation === federation && one.description.dataMac === now.dataMac,
  )?.description;
  if (!before) return now;
  return {
    ...now,
    train: before.train,
    heldOut: before.heldOut,
    labels: now.labels && (before.labels ?? now.labels),
    moments: now.moments && (before.moments ?? now.moments),
    ...(now.targets !== undefined && { targets: now.targets && (before.targets ?? now.targets) }),
  };
}

/**
 * Refuses to tell of other data than before, in whatever federation, or of the same data in another one, or split otherwise.
 * @param number the owner's, by which rows are held out
 * @throws DataChanged saying what two tellings reveal
 */
export function assertSameData(
  told: readonly ToldRecord[],
  entries: readonly LogEntry[],
  { federation }: AgreementName,
  { dataMac, number }: { readonly dataMac: string; readonly number: number },
): void {
  const split = told.find(
    (one) => one.federation === federation && one.description.dataMac === dataMac && one.number !== number,
  );
  if (split) {
    throw changed(
      `these data were told of in ${federation} as number ${split.number}, and as number ${number} other rows are held out`,
    );
  }
  // what the log says counts too: a crash may have come between it and the record
  const tellings = [
    ...told.map((one) => ({ federation: one.federation, dataMac: one.description.dataMac })),
    ...entries.flatMap((one) =>
      one.event === "agreed" ? [{ federation: one.agreement.federation, dataMac: one.dataMac }] : [],
    ),
  ];
  const isSame = (one: (typeof tellings)[number]) => one.federation === federation && one.dataMac === dataMac;
  const other = tellings.at(-1);
  if (!other || tellings.some(isSame)) return;
  const what =
    other.dataMac === dataMac
      ? `these data were told of in the federation ${other.federation}, where other rows are held out`
      : `other data than these were told of in the federation ${other.federation}`;
  throw changed(what);
}

function changed(what: string): FedstepError {
  return dataChanged(
    `--data: ${what}. Counts and sums that are told twice can be subtracted from each other: where the two differ by a row, ` +
      "the difference is that row. Give the same file as before; or, where that is meant and harmless, as with a year's new " +
      "rows, say so by --tell-again",
  );
}

export async function writeTold(
  { storage }: OwnerHome,
  agreement: AgreementName,
  { description, number }: Pick<ToldRecord, "description" | "number">,
  entry: LogEntry,
): Promise<void> {
  const record: ToldRecord = {
    format: 1,
    federation: agreement.federation,
    agreement,
    number,
    description,
    entry: { number: entry.number, sha256: canonicalSha256(entry) },
  };
  const name = `${homeFiles.told}/${agreement.federation}.${description.dataMac}.json`;
  await writeHomeFile(storage, name, record);
}
