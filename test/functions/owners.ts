import type * as z from "zod";
import { workAtOwner } from "../../functions/train-client/at-owner.ts";
import { canonicalSha256 } from "../../shared/canonical-json.ts";
import { updateKey } from "../../shared/client/update-key.ts";
import { encodeDataset } from "../../shared/dataset/dataset.ts";
import { type Examples, poolExamples, takeExamples } from "../../shared/dataset/examples.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { federationKeys, keys } from "../../shared/layout.ts";
import { type Acceptance, acceptanceSha256 } from "../../shared/owners/acceptance.ts";
import { type Agreement, nameOf, simulatedIn } from "../../shared/owners/agreement.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { ownersConfig, ownersDataset } from "../../shared/owners/owners-dataset.ts";
import { type Signed, type Signer, sign } from "../../shared/owners/signed.ts";
import { allowedOf, splitExamples, tellAll } from "../../shared/owners/split.ts";
import type { UpdateStatement } from "../../shared/owners/update-statement.ts";
import { holdOut } from "../../shared/partition/partition.ts";
import { randomStream } from "../../shared/random.ts";
import { contentOfSchema } from "../../shared/schema/data-of-schema.ts";
import type { EvaluationSums } from "../../shared/task/tasks.ts";
import { datasetRecordOf } from "../../shared/workflow/dataset-record.ts";
import type { ClientReport, trainClientInput } from "../../shared/workflow/payloads.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { signUpdate } from "../../storage/sign-update.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { newSigner } from "../shared/owners/keys.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { type Play, playRun } from "./played-run.ts";

/** An owner in this process: its key, and examples that it gives to nobody. */
export interface TestOwner {
  readonly signer: Signer;
  readonly examples: Examples;
}

/** Tables of two features that tell two classes apart, in units of their own, each owner with another mix. */
export async function testOwners(count = 3): Promise<TestOwner[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, owner) => {
      const noise = randomStream(11, "start", owner);
      const rows = 40 + 7 * owner;
      const y = Int32Array.from({ length: rows }, () => (noise.unit() < 0.3 + 0.15 * owner ? 1 : 0));
      const x = new Float32Array(2 * rows);
      for (let row = 0; row < rows; row++) {
        x[2 * row] = 50 + 20 * (y[row] ?? 0) + 15 * noise.unit();
        x[2 * row + 1] = 3 - 2 * (y[row] ?? 0) + 2 * noise.unit();
      }
      return { signer: await newSigner(), examples: { x, y, count: rows, features: 2 } };
    }),
  );
}

/** What of its description an owner keeps to itself. */
export interface Kept {
  readonly labels?: boolean;
  readonly moments?: boolean;
}

/** Has the owners agree, tell of their data, and be a run's clients: what the command line would leave in the bucket. */
export async function claimOwnersRun(
  bucket: MemoryBucket,
  run: string,
  owners: readonly TestOwner[],
  {
    changes = {},
    kept = {},
    beside = [],
  }: { changes?: Partial<Agreement>; kept?: Kept; beside?: readonly Examples[] } = {},
): Promise<Agreement> {
  const among = agreementOf(
    owners.map(({ signer }) => signer),
    changes,
  );
  const agreed = beside.length > 0 ? await withClients(bucket, among, beside) : among;
  const put = (key: string, value: unknown) =>
    bucket.contents.set(key, new TextEncoder().encode(JSON.stringify(value)));
  put(federationKeys.agreement(agreed.federation, agreed.version), agreed);
  const accepted: Signed<Acceptance>[] = [];
  for (const [number, owner] of owners.entries()) {
    const one = await sign("acceptance", await acceptanceOf(agreed, number, owner, kept), owner.signer);
    put(federationKeys.acceptance(agreed.federation, agreed.version, fingerprintOf(one.key)), one);
    accepted.push(one);
  }
  await putOwnersRun(bucket, run, agreed, accepted);
  return agreed;
}

/** The agreement with a simulated client for each of those examples, which lie in the bucket then. */
export async function withClients(
  bucket: MemoryBucket,
  agreed: Agreement,
  parts: readonly Examples[],
): Promise<Agreement> {
  const named = parts.map((examples, at) => ({
    examples,
    number: agreed.nextNumber + at,
    name: `beside ${at}`,
  }));
  const bytes = encodeDataset({
    name: agreed.federation,
    ...contentOfSchema(agreed.schema),
    owners: named.map(({ name, examples }) => ({ name, examples: examples.count })),
    examples: poolExamples(parts),
  });
  const dataset = await sha256Hex(bytes);
  bucket.contents.set(keys.dataset(dataset), bytes);
  const clients = named.map(({ examples, number, name }) => ({
    number,
    name,
    ...tellAll(splitExamples(examples, agreed, { number }), agreed),
  }));
  const { config } = agreed;
  const partition = { ...config.partition, clients: agreed.members.length + parts.length };
  return {
    ...agreed,
    config: { ...config, partition },
    simulated: { dataset, clients },
    nextNumber: agreed.nextNumber + parts.length,
  };
}

/** Lays out a run under an agreement, for those who have accepted it. */
export async function putOwnersRun(
  bucket: MemoryBucket,
  run: string,
  agreed: Agreement,
  accepted: readonly Signed<Acceptance>[],
): Promise<void> {
  await bucket.objects.putRecord(keys.config(run), {
    run,
    createdAt: "2026-01-01T00:00:00.000Z",
    config: ownersConfig(agreed, accepted.length),
    dataset: ownersDataset(agreed, accepted),
    owners: {
      agreement: nameOf(agreed),
      accepted: accepted.map((one) => ({
        fingerprint: fingerprintOf(one.key),
        sha256: acceptanceSha256(one),
      })),
    },
  });
}

/** The weights of a run of the same configuration over the same examples, which are all in its bucket. */
export async function simulatedWeights(
  agreed: Agreement,
  parts: readonly Examples[],
  play: Play = {},
): Promise<string> {
  const bucket = new MemoryBucket();
  const dataset = {
    name: "pooled",
    ...contentOfSchema(agreed.schema),
    owners: parts.map(({ count }, at) => ({ name: `owner ${at}`, examples: count })),
    examples: poolExamples(parts),
  };
  const bytes = encodeDataset(dataset);
  const digest = await sha256Hex(bytes);
  bucket.contents.set(keys.dataset(digest), bytes);
  await bucket.objects.putRecord(keys.config("s"), {
    run: "s",
    createdAt: "2026-01-01T00:00:00.000Z",
    config: ownersConfig(agreed, parts.length - simulatedIn(agreed).length),
    dataset: datasetRecordOf({ ...dataset, source: "test" }, digest),
  });
  return (await playRun(bucket, "s", play)).result.federated.weightsSha256;
}

export const macOf = ({ x }: Examples) => sha256Hex(new Uint8Array(x.buffer, x.byteOffset, x.byteLength));

export function splitOf({ config }: Agreement, number: number, examples: Examples) {
  const rows = Uint32Array.from({ length: examples.count }, (_, row) => row);
  const { train, test } = holdOut(rows, config.dataset.heldOut, config.seed, number);
  return { train: takeExamples(examples, train), heldOut: takeExamples(examples, test) };
}

export async function acceptanceOf(
  agreed: Agreement,
  number: number,
  { examples }: TestOwner,
  { labels = false, moments = false }: Kept = {},
): Promise<Acceptance> {
  const told = tellAll(splitOf(agreed, number, examples), agreed);
  return {
    agreement: nameOf(agreed),
    name: agreed.members[number]?.name ?? "",
    policySha256: "0".repeat(64),
    description: {
      dataMac: await macOf(examples),
      ...allowedOf(told, { labelCounts: !labels, moments: !moments }),
    },
  };
}

/** What an owner does with a job: trains where it is, signs, and writes its update; what it keeps lies with it. @param alone what it tells of the model that it has trained alone */
export async function workOf(
  bucket: MemoryBucket,
  agreed: Agreement,
  owner: TestOwner,
  input: z.output<typeof trainClientInput>,
  changes: Partial<UpdateStatement> = {},
  alone?: EvaluationSums,
): Promise<ClientReport> {
  const { run, round, attempt, client, task, plan: seal, chainSha256 } = input;
  const plan = await bucket.objects.getRecord(keys.plan(run), planRecord);
  const written = await workAtOwner({
    input,
    objects: bucket.contents,
    examples: splitOf(agreed, client, owner.examples),
    dataMac: await macOf(owner.examples),
    secretKey: new Uint8Array(32).fill(client),
    alone,
  });
  const key = updateKey(plan, client, round, attempt);
  const { weightsSha256: globalSha256 } = await readLinkedGlobal(bucket.objects, plan, round - 1);
  const statement = {
    ...{ agreement: nameOf(agreed), run, round, attempt, client, task },
    ...{ plan: seal, chainSha256, globalSha256, logHead: canonicalSha256({ round, attempt }) },
    ...changes,
  };
  for (const [one, bytes] of written) {
    bucket.contents.set(one, one === key ? await signUpdate(key, bytes, statement, owner.signer) : bytes);
  }
  return {
    client,
    sha256: await sha256Hex(bucket.contents.get(key) ?? new Uint8Array()),
    from: 0,
    to: 0,
    usage: { count: 0, cold: 0, billedMs: 0, gbSeconds: 0 },
  };
}
