import { canonicalJson } from "../../shared/canonical-json.ts";
import { type Dataset, datasetDigest, encodeDataset } from "../../shared/dataset/dataset.ts";
import { type Examples, poolExamples } from "../../shared/dataset/examples.ts";
import { agreementInvalid, datasetInvalid } from "../../shared/errors.ts";
import { type Agreement, simulatedIn } from "../../shared/owners/agreement.ts";
import type { MembersRecord } from "../../shared/owners/members.ts";
import { splitExamples, tellAll } from "../../shared/owners/split.ts";
import { contentOfSchema } from "../../shared/schema/data-of-schema.ts";
import { encodedFeatures } from "../../shared/schema/encode.ts";
import { featureColumns } from "../../shared/schema/table-schema.ts";
import { readNamed } from "../../tables/named-path.ts";
import { readAll } from "../../tables/read-all.ts";
import { readBySchema } from "../../tables/read-by-schema.ts";
import { csv } from "../dataset/formats/csv.ts";
import { type OwnerFile, ownerFiles } from "../dataset/owner-files.ts";

type Simulated = NonNullable<Agreement["simulated"]>;

/** What an agreement's next version has of simulated clients. */
export interface ProposedClients {
  readonly simulated: Simulated;
  /** What is not in the bucket yet; left out where they are as before. */
  readonly dataset?: Dataset;
}

/**
 * The files of a folder, one for each client that the coordinator trains itself.
 * @throws DatasetInvalid
 */
export async function clientFiles(folder: string): Promise<readonly OwnerFile[]> {
  const { files } = await ownerFiles(folder, "--clients");
  const others = files.filter(({ format }) => format !== csv).map(({ place }) => place.path);
  if (others.length === 0) return files;
  throw datasetInvalid(
    `--clients: takes CSV files, which an agreement's schema says the columns of, as owners' tables are; not ${others.join(", ")}`,
  );
}

/**
 * The list with a number for each client that has none yet: no member and no other client ever gets it.
 * @param before the version before, in which clients of the same names keep theirs
 */
export function withNumbers(
  list: MembersRecord,
  names: readonly string[],
  before: Agreement | undefined,
): { readonly list: MembersRecord; readonly numbers: ReadonlyMap<string, number> } {
  const numbers = new Map((before ? simulatedIn(before) : []).map(({ name, number }) => [name, number]));
  let { nextNumber } = list;
  for (const name of names) if (!numbers.has(name)) numbers.set(name, nextNumber++);
  return { list: { ...list, nextNumber }, numbers };
}

/**
 * The clients of those files, as an agreement tells of them: their examples are read and split as owners' are.
 * @throws DatasetInvalid with all that is wrong with all files
 */
export async function readClients(
  files: readonly OwnerFile[],
  numbers: ReadonlyMap<string, number>,
  agreed: Pick<Agreement, "schema" | "config"> & { readonly federation: string },
  signal?: AbortSignal,
): Promise<ProposedClients> {
  const { schema, config, federation } = agreed;
  const parts = await readAll(files, async ({ place: { path } }) => {
    const examples = await readBySchema(await readNamed(path, "--clients", signal), schema, signal);
    if (examples.count >= 2) return examples;
    throw datasetInvalid(`${path}: holds one row, and it takes two: one to train on and one held out`);
  });
  const clients = files.map(({ owner: name }, at) => {
    const number = numbers.get(name) ?? 0;
    const told = tellAll(splitExamples(parts[at] as Examples, { config }, { number }), { schema });
    return { number, name, ...told };
  });
  const dataset: Dataset = {
    name: federation,
    source: "files",
    ...contentOfSchema(schema),
    owners: files.map(({ owner: name }, at) => ({ name, examples: parts[at]?.count ?? 0 })),
    examples: poolExamples(parts),
  };
  return { simulated: { dataset: await datasetDigest(encodeDataset(dataset)), clients }, dataset };
}

/** What of a schema decides how a table's rows become examples; ranges only refuse some. */
const readBy = ({ label, ...schema }: Agreement["schema"]) => ({
  label: [label.task, label.classes, label.spellings],
  gaps: schema.gaps,
  columns: featureColumns(schema).map(({ name: _, aliases: __, range: ___, unit: ____, ...one }) => one),
  features: encodedFeatures({ ...schema, label }),
});

/**
 * The clients of the version before, whose examples are in the bucket since.
 * @throws AgreementInvalid where the schema would read them otherwise
 */
export function clientsAsBefore(
  before: Agreement | undefined,
  schema: Agreement["schema"],
): ProposedClients | undefined {
  if (!before?.simulated) return undefined;
  if (canonicalJson(readBy(before.schema)) === canonicalJson(readBy(schema)))
    return { simulated: before.simulated };
  throw agreementInvalid(
    "--clients: the simulated clients' tables were read by another schema; name their folder again, or leave them out by --no-clients",
  );
}
