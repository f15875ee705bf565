import { beforeEach, describe, expect, test } from "vitest";
import { awaitedOwners } from "../../../cli/run/awaited.ts";
import { planFork } from "../../../cli/run/fork.ts";
import {
  assertNoneRevoked,
  federationNotes,
  federationRunName,
  planFederation,
} from "../../../cli/run/of-federation.ts";
import { federationKeys, keys } from "../../../shared/layout.ts";
import { fingerprintOf } from "../../../shared/owners/identity.ts";
import { type MembersRecord, withRevoked } from "../../../shared/owners/members.ts";
import { selectClients } from "../../../shared/rounds/selection.ts";
import { runRecord } from "../../../shared/workflow/run-record.ts";
import { changeMembers } from "../../../storage/federation-objects.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimOwnersRun, type TestOwner, testOwners } from "../../functions/owners.ts";
import { requestOf } from "../../shared/owners/asked.ts";

const run = "clinics.first";
let bucket: MemoryBucket;
let owners: TestOwner[];

beforeEach(async () => {
  bucket = new MemoryBucket();
  owners = await testOwners();
  // its record is what a test knows by itself: it was laid out without the command line
  await claimOwnersRun(bucket, run, owners, { changes: { minimumCohort: 2 } });
});

const plan = (...set: string[]) => planFederation(bucket.objects, "clinics", set);
const unsigned = (client: number) =>
  bucket.contents.delete(
    federationKeys.acceptance("clinics", 1, fingerprintOf(owners[client]?.signer.key ?? "")),
  );

const listed = (...numbers: number[]): MembersRecord => {
  const members = numbers.map((number) => {
    const { name, exchangeKey, policySha256, schema } = requestOf(`owner ${number}`, number);
    const signingKey = owners[number]?.signer.key ?? "";
    return { number, name, signingKey, exchangeKey, policySha256, schema, tags: [] };
  });
  return { federation: "clinics", nextNumber: 3, members, heard: [] };
};
const list = (...numbers: number[]) => changeMembers(bucket.objects, "clinics", () => listed(...numbers));

describe("a run of a federation", () => {
  test("is what its newest agreement says, for those who have signed it", async () => {
    const expected = await bucket.objects.getRecord(keys.config(run), runRecord);
    const { config, dataset, owners: signed, without } = await plan();
    expect({ config, dataset, owners: signed }).toEqual({
      config: expected.config,
      dataset: expected.dataset,
      owners: expected.owners,
    });
    expect(without).toEqual([]);
  });

  test("goes without who has not signed, by name, and with fewer clients", async () => {
    unsigned(1);
    const planned = await plan();
    expect(planned.without).toEqual(["owner 1"]);
    expect(planned.dataset.owners).toEqual(["owner 0", "owner 2"]);
    expect(planned.config.partition.clients).toBe(2);
    expect(federationNotes(planned, "http://127.0.0.1:7/door/")).toEqual([
      "federation clinics, version 1 of its agreement: owner 0, owner 2 take part",
      "note: not yet signed, and left out: owner 1",
      "each owner's fedstep owner run has to be at work: a round waits 10 minutes for who does not answer",
      "door http://127.0.0.1:7/door/",
    ]);
  });

  test("goes without who has signed, and is off the list since", async () => {
    await list(0, 1, 2);
    expect((await plan()).without).toEqual([]);
    await list(0, 2);
    const planned = await plan();
    expect(planned.without).toEqual(["owner 1 (off the list)"]);
    expect(planned.owners.accepted.map(({ fingerprint }) => fingerprint)).toEqual(
      [0, 2].map((at) => fingerprintOf(owners[at]?.signer.key ?? "")),
    );
  });

  test("goes without who has left and only asked anew since: what it signed was as another number", async () => {
    const [zero, one, two] = listed(0, 1, 2).members;
    if (!zero || !one || !two) throw new Error("there are three owners");
    const members = [zero, two, { ...one, number: 3 }];
    await changeMembers(bucket.objects, "clinics", () => ({ ...listed(), nextNumber: 4, members }));
    expect((await plan()).without).toEqual(["owner 1 (off the list)"]);
  });

  test("goes on by no key that is revoked since", async () => {
    const { owners: signed } = await plan();
    await list(0, 1, 2);
    await assertNoneRevoked(bucket.objects, signed);
    const key = owners[1]?.signer.key ?? "";
    await changeMembers(bucket.objects, "clinics", (now) => withRevoked(now ?? listed(), key));
    await expect(assertNoneRevoked(bucket.objects, signed)).rejects.toMatchObject({
      name: "AgreementInvalid",
      message: expect.stringContaining(fingerprintOf(key).slice(0, 16)),
    });
  });

  test("is refused where fewer have signed than its minimum cohort, naming who is missing", async () => {
    for (const client of [0, 2]) unsigned(client);
    await expect(plan()).rejects.toMatchObject({
      name: "AgreementInvalid",
      message: expect.stringMatching(/1 of the 3 members .* takes 2; still to sign: owner 0, owner 2$/),
    });
  });

  test("may have fewer rounds than were agreed upon, a budget of its own, and nothing else", async () => {
    expect((await plan("federation.rounds=2")).config.federation.rounds).toBe(2);
    expect((await plan("federation.budget=0.5")).config.federation.budget).toBe(0.5);
    for (const [set, told] of [
      ["federation.rounds=6", /has 6 rounds, and 5 were agreed upon/],
      ["federation.quorum=0.7", /^federation\.quorum=0\.7: is another one than was agreed upon/],
      ["training.learningRate=0.9", /^training\.learningRate=0\.9: /],
      ["seed=9", /^seed=9: /],
    ] as const) {
      await expect(plan(set), set).rejects.toMatchObject({
        name: "ConfigInvalid",
        message: expect.stringMatching(told),
      });
    }
  });

  test("takes a federation that has an agreement", async () => {
    await expect(planFederation(bucket.objects, "schools", [])).rejects.toMatchObject({
      name: "FederationMissing",
      message: expect.stringContaining("fedstep federation propose schools"),
    });
  });

  test("lies below the federation's name, whichever way it is named", () => {
    const now = new Date("2026-01-31T18:42:05Z");
    expect(federationRunName("clinics", "first", now)).toBe("clinics.first");
    expect(federationRunName("clinics", "clinics.first", now)).toBe("clinics.first");
    expect(federationRunName("clinics", undefined, now)).toBe("clinics.20260131-184205");
  });
});

test("no run goes on from a round of owners: they take part in runs from the beginning", async () => {
  await expect(planFork(bucket, { run, round: 1 }, { set: [] })).rejects.toMatchObject({
    name: "ForkInvalid",
    message: expect.stringContaining("start one with --federation clinics"),
  });
});

describe("whom a round waits for", () => {
  const record = async (fraction = 1) => {
    const found = await bucket.objects.getRecord(keys.config(run), runRecord);
    const { config } = found;
    return { ...found, config: { ...config, federation: { ...config.federation, fraction } } };
  };

  test("are the owners whose part has begun and not ended, by name", async () => {
    expect(awaitedOwners(await record(), 1, { invited: 3, unfinished: [2, 0] })).toEqual([
      "owner 0",
      "owner 2",
    ]);
  });

  test("are those who were selected for that round", async () => {
    const some = await record(0.34);
    for (const round of [1, 2, 3, 4, 5, 6]) {
      const [selected] = selectClients(some.config, round, [0, 1, 2]);
      expect(awaitedOwners(some, round, { invited: 1, unfinished: [0] })).toEqual([`owner ${selected}`]);
    }
  });

  test("are nobody where the clients are simulated", async () => {
    const { owners: _, ...simulated } = await record();
    expect(awaitedOwners(simulated, 1, { invited: 3, unfinished: [0] })).toEqual([]);
  });
});
