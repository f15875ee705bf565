import { beforeEach, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { federationKeys, keys } from "../../shared/layout.ts";
import { type Agreement, nameOf } from "../../shared/owners/agreement.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { sign } from "../../shared/owners/signed.ts";
import type { UpdateStatement } from "../../shared/owners/update-statement.ts";
import { strategySettings } from "../../shared/strategy/strategies.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { here } from "../cli/verify/here.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import {
  acceptanceOf,
  claimOwnersRun,
  simulatedWeights,
  type TestOwner,
  testOwners,
  workOf,
} from "./owners.ts";
import { type Play, playRun, preparedRun } from "./played-run.ts";

const liar = 1;
let bucket: MemoryBucket;
let owners: TestOwner[];

beforeEach(async () => {
  bucket = new MemoryBucket();
  owners = await testOwners();
});

/** The agreement of these owners, with other values of its configuration. */
function agreedWith(config: (base: Agreement["config"]) => Agreement["config"]): Partial<Agreement> {
  return { config: config(agreementOf(owners.map(({ signer }) => signer)).config) };
}

const shortly = (config: Agreement["config"]): Agreement["config"] => ({
  ...config,
  federation: { ...config.federation, rounds: 3, quorum: 0.5 },
});

/** Plays a run whose owners work where they are. @param forging what an owner signs otherwise than it should */
function playOwners(
  agreed: Agreement,
  forging: (client: number, round: number) => Partial<UpdateStatement> = () => ({}),
  signingAs: (client: number) => number = (client) => client,
) {
  const interfere: Play["interfere"] = (round, client, _train, input) => {
    const owner = owners[client];
    const signer = owners[signingAs(client)]?.signer;
    if (!owner || !signer) throw new Error(`there is no owner ${client}`);
    return workOf(bucket, agreed, { ...owner, signer }, input, forging(client, round));
  };
  return playRun(bucket, "clinics.first", { interfere });
}

const playSimulated = (agreed: Agreement) =>
  simulatedWeights(
    agreed,
    owners.map(({ examples }) => examples),
  );

describe("a run whose owners keep their examples", () => {
  test.each([
    ["FedAvg", "which sums models"],
    ["SCAFFOLD", "whose clients keep what their next round goes on from"],
  ])("comes to the weights of the simulated one, to the bit: %s, %s", async (name) => {
    const changes = agreedWith((config) => {
      const short = shortly(config);
      return { ...short, federation: { ...short.federation, strategy: strategySettings.parse({ name }) } };
    });
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes });
    const { result } = await playOwners(agreed);
    expect(result.federated.weightsSha256).toBe(await playSimulated(agreed));
  });

  test("has none of them in the bucket: no data set and no shard", async () => {
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes: agreedWith(shortly) });
    await playOwners(agreed);
    expect([...bucket.contents.keys()].filter((key) => /^(datasets|shards)/.test(key))).toEqual([]);
    const plan = await bucket.objects.getRecord(keys.plan("clinics.first"), planRecord);
    expect(plan.shards).toEqual([]);
    expect(plan.clients.map(({ place }) => place)).toEqual(
      owners.map(({ signer }, at) => ({ kind: "remote", owner: `owner ${at}`, key: signer.key })),
    );
  });

  test("goes by counts alone where labels are kept, and by agreed ranges where sums are", async () => {
    const all = agreementOf(owners.map(({ signer }) => signer));
    const columns = all.schema.columns.map((column) =>
      column.name === "crp" ? { ...column, range: [0, 10] as [number, number] } : column,
    );
    const changes = { ...agreedWith(shortly), schema: { ...all.schema, columns } };
    const kept = { labels: true, moments: true };
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes, kept });
    const { result } = await playOwners(agreed);
    const plan = await bucket.objects.getRecord(keys.plan("clinics.first"), planRecord);
    // evenly spread over [a, b]: mean (a + b) / 2, deviation (b - a) / sqrt(12)
    expect(plan.scaling?.mean).toEqual([60, 5]);
    expect(plan.scaling?.deviation.map((one) => one.toFixed(4))).toEqual(["34.6410", "2.8868"]);
    expect(plan.clients.map(({ heldOutLabels }) => heldOutLabels)).toEqual([[], [], []]);
    expect(result.federated.rounds).toHaveLength(3);
  });

  test("is refused before its first round where sums are kept and a range is missing", async () => {
    await claimOwnersRun(bucket, "clinics.first", owners, { kept: { moments: true } });
    await expect(preparedRun(bucket, { run: "clinics.first" })).rejects.toMatchObject({
      name: "AgreementInvalid",
      message: expect.stringMatching(/crp has no range in the agreed schema/),
    });
  });
});

describe("the state of a run of owners", () => {
  test("says by which agreement and how long each is waited for, and by which key each is known", async () => {
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes: { waitMinutes: 7 } });
    const { federation } = await preparedRun(bucket, { run: "clinics.first" });
    expect(federation.owners).toEqual({
      agreement: nameOf(agreed),
      heartbeatSeconds: 420,
      timeoutSeconds: 2520,
      updateBytes: expect.any(Number),
    });
    expect(federation.participants).toEqual(
      owners.map(({ signer }, client) => ({ client, task: "train", owner: fingerprintOf(signer.key) })),
    );
  });

  test("says how large an update may be: as large as they are, with a header of some KiB", async () => {
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes: agreedWith(shortly) });
    const { federation } = await preparedRun(bucket, { run: "clinics.first" });
    await playOwners(agreed);
    const sizes = [...bucket.contents].flatMap(([key, { length }]) =>
      key.startsWith("updates/") ? [length] : [],
    );
    const most = federation.owners?.updateBytes ?? 0;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
    expect(most).toBeLessThan(Math.max(...sizes) + 16 * 1024);
  });

  test("is none where the stack has no door: refused by name, and nothing is written", async () => {
    await claimOwnersRun(bucket, "clinics.first", owners);
    const before = [...bucket.contents.keys()];
    await expect(
      preparedRun(bucket, { run: "clinics.first" }, { deployment: defaultDeployment }),
    ).rejects.toMatchObject({ name: "DoorUnavailable", message: expect.stringContaining("-c door=true") });
    expect([...bucket.contents.keys()]).toEqual(before);
  });
});

test("a run that may be made of fewer updates than its cohort is refused before its first round", async () => {
  const changes = { ...agreedWith(shortly), minimumCohort: 3 };
  await claimOwnersRun(bucket, "clinics.first", owners, { changes });
  await expect(preparedRun(bucket, { run: "clinics.first" })).rejects.toMatchObject({
    name: "AgreementInvalid",
    message: expect.stringMatching(
      /with 3 owners a model may be made of 2 of the owners' updates; raise federation\.quorum/,
    ),
  });
});

const other = "f".repeat(64);

describe("verify says of a run of owners", () => {
  const changedKeys = async () => [
    ...new Set((await verifyRun(bucket, "clinics.first", here)).findings.map(({ key }) => key)),
  ];

  beforeEach(async () => {
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes: agreedWith(shortly) });
    await playOwners(agreed);
  });

  test("nothing, where it is what its owners have signed", async () => {
    expect(await changedKeys()).toEqual([]);
  });

  test("whose update was made up, in whatever round", async () => {
    for (const round of [1, 3]) {
      await forge(bucket, { run: "clinics.first", round, client: liar }, ({ parameters }) => {
        parameters[0] = 1;
        return undefined;
      });
    }
    expect(await changedKeys()).toEqual(
      expect.arrayContaining([1, 3].map((round) => keys.update("clinics.first", round, liar))),
    );
  });

  test("who has signed two rounds over one head of its log", async () => {
    bucket.contents.clear();
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes: agreedWith(shortly) });
    await playOwners(agreed, (client) => (client === liar ? { logHead: other } : {}));
    const { findings } = await verifyRun(bucket, "clinics.first", here);
    expect(findings[0]).toEqual({
      key: keys.roundMetrics("clinics.first", 2),
      problem: expect.stringMatching(/client \d has signed it .* round 1 over: its log is from a backup/),
    });
  });

  test("that an agreement, or what somebody has told, is another one", async () => {
    bucket.contents.delete(federationKeys.agreement("clinics", 1));
    expect(await changedKeys()).toContain(keys.config("clinics.first"));
  });
});

describe("an owner's update counts for", () => {
  const forgeries: [string, Partial<UpdateStatement>][] = [
    ["another run", { run: "clinics.second" }],
    ["another round", { round: 7 }],
    ["another attempt", { attempt: 2 }],
    ["another client", { client: 0 }],
    ["another task", { task: "evaluate" }],
    ["another plan", { plan: other }],
    ["another chain", { chainSha256: other }],
    ["another model", { globalSha256: other }],
    ["another agreement", { agreement: { federation: "clinics", version: 2, sha256: other } }],
  ];
  test.each(forgeries)("nothing where it is signed for %s", async (_, forged) => {
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes: agreedWith(shortly) });
    await playOwners(agreed, (client, round) => (client === liar && round === 2 ? forged : {}));
    const [field] = Object.keys(forged);
    const { silent } = await bucket.objects.getRecord(keys.roundMetrics("clinics.first", 2), roundMetrics);
    expect(silent).toEqual([
      expect.objectContaining({
        client: liar,
        error: "UpdateInvalid",
        cause: expect.stringContaining(`has signed it with another ${field}`),
      }),
    ]);
    const first = await bucket.objects.getRecord(keys.roundMetrics("clinics.first", 1), roundMetrics);
    expect(first.silent).toEqual([]);
  });

  test("nothing where another owner signs it", async () => {
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners, { changes: agreedWith(shortly) });
    await playOwners(agreed, undefined, (client) => (client === liar ? 0 : client));
    const { silent } = await bucket.objects.getRecord(keys.roundMetrics("clinics.first", 1), roundMetrics);
    expect(silent).toEqual([
      expect.objectContaining({
        client: liar,
        cause: expect.stringContaining("not signed by the key of owner 1"),
      }),
    ]);
  });
});

describe("PrepareRun takes no", () => {
  const acceptanceKey = (agreed: Agreement) =>
    federationKeys.acceptance(
      agreed.federation,
      agreed.version,
      fingerprintOf(owners[liar]?.signer.key ?? ""),
    );
  const put = (key: string, value: unknown) =>
    bucket.contents.set(key, new TextEncoder().encode(JSON.stringify(value)));

  test.each<[string, string, (agreed: Agreement) => Promise<void> | void]>([
    [
      "agreement but the one that was signed",
      "AgreementInvalid",
      (agreed) => void put(federationKeys.agreement("clinics", 1), { ...agreed, waitMinutes: 11 }),
    ],
    [
      "acceptance that was changed",
      "SignatureInvalid",
      (agreed) => {
        const key = acceptanceKey(agreed);
        const signed = bucket.json(key) as { content: { policySha256: string } };
        put(key, { ...signed, content: { ...signed.content, policySha256: other } });
      },
    ],
    [
      "acceptance but the one that the run began with",
      "ObjectInvalid",
      async (agreed) => {
        const owner = owners[liar] as TestOwner;
        const again = { ...(await acceptanceOf(agreed, liar, owner)), policySha256: other };
        put(acceptanceKey(agreed), await sign("acceptance", again, owner.signer));
      },
    ],
    [
      "acceptance of somebody else",
      "AgreementInvalid",
      async (agreed) => {
        const [stranger] = await testOwners(1);
        const content = await acceptanceOf(agreed, liar, owners[liar] as TestOwner);
        put(acceptanceKey(agreed), await sign("acceptance", content, (stranger as TestOwner).signer));
      },
    ],
    [
      "description that cannot be",
      "AgreementInvalid",
      async (agreed) => {
        const owner = owners[liar] as TestOwner;
        const content = await acceptanceOf(agreed, liar, owner);
        const { description } = content;
        const moments = { sums: [1e6, 0], squares: [1, 1] };
        put(
          acceptanceKey(agreed),
          await sign("acceptance", { ...content, description: { ...description, moments } }, owner.signer),
        );
      },
    ],
  ])("%s", async (_, name, change) => {
    const agreed = await claimOwnersRun(bucket, "clinics.first", owners);
    await change(agreed);
    await expect(preparedRun(bucket, { run: "clinics.first" })).rejects.toMatchObject({ name });
    expect(bucket.contents.has(keys.plan("clinics.first"))).toBe(false);
  });
});
