import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { type Doing, doJob } from "../../owner/do-job.ts";
import { openHome } from "../../owner/home.ts";
import { homeFiles } from "../../owner/home-files.ts";
import { outFile } from "../../owner/leaving.ts";
import { rotateKeys } from "../../owner/rotate.ts";
import type { Bundle } from "../../owner/train.ts";
import type { Config } from "../../shared/config/schema.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { brokenAt, signedOf } from "../../shared/owners/log-entry.ts";
import { strategySettings } from "../../shared/strategy/strategies.ts";
import { readNamed } from "../../tables/named-path.ts";
import { readBySchema } from "../../tables/read-by-schema.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { simulatedWeights } from "../functions/owners.ts";
import { playRun, preparedRun } from "../functions/played-run.ts";
import { folder } from "./homes.ts";
import { trainingBundle } from "./training-bundle.ts";
import { agree, doingOf, run, type WorkingOwner, work, workingOwners } from "./working-owners.ts";

const rounds = 2;
/** The client who is asked again for each of its jobs: the same bytes leave, and the log has one entry. */
const asked = 1;
let bundle: Bundle;

beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

const shortly =
  (name: string) =>
  (config: Config): Config => ({
    ...config,
    federation: { ...config.federation, rounds, strategy: strategySettings.parse({ name }) },
  });

/** Plays a run of owners who work in processes of their own. @param before each job, told of it */
async function played(
  name: string,
  before: (owner: WorkingOwner, doing: Doing) => Promise<Doing> = async (_, doing) => doing,
) {
  const bucket = new MemoryBucket();
  const owners = await workingOwners();
  const agreed = await agree(bucket, owners, bundle, shortly(name));
  const { result } = await playRun(bucket, run, {
    interfere: async (_round, client, _train, input) => {
      const owner = owners[client] as WorkingOwner;
      const doing = await before(owner, doingOf(bucket, agreed, owner, bundle, input));
      const { done: _, ...report } = await work(bucket, owner, doing);
      return report;
    },
  });
  return { bucket, owners, agreed, result };
}

async function simulated(agreed: Agreement, owners: readonly WorkingOwner[]): Promise<string> {
  const read = owners.map(async ({ data }) => readBySchema(await readNamed(data, "--data"), agreed.schema));
  return simulatedWeights(agreed, await Promise.all(read));
}

describe("owners in processes of their own", () => {
  test.each(["FedAvg", "SCAFFOLD"])(
    "come to the weights of the simulated run, to the bit, whoever is asked twice: %s",
    async (name) => {
      const twice: Uint8Array[] = [];
      const { bucket, owners, agreed, result } = await played(name, async (owner, doing) => {
        if (doing.job.client !== asked) return doing;
        const done = await doJob(owner.home, doing);
        expect(await doJob(owner.home, doing)).toEqual(done);
        if ("update" in done) twice.push(done.update);
        return doing;
      });
      expect(twice).toHaveLength(rounds + 1);
      expect(result.federated.weightsSha256).toBe(await simulated(agreed, owners));
      const { findings, replayed } = await verifyRun(bucket, run, here);
      expect({ findings, replayed }).toEqual({ findings: [], replayed: rounds + 1 });
      for (const { home } of owners) {
        const { entries } = (await openHome(home.place)).log;
        expect(brokenAt(entries)).toBeUndefined();
        const sent = signedOf(entries);
        expect(sent.map(({ round, task }) => [round, task])).toEqual([
          [1, "train"],
          [2, "train"],
          [3, "evaluate"],
        ]);
        // every byte that left stands in the log
        for (const { object, bytes, sha256 } of sent) {
          const there = bucket.contents.get(object) ?? new Uint8Array();
          expect([there.length, await sha256Hex(there)]).toEqual([bytes, sha256]);
        }
        expect(sent.map(({ norm }) => norm === null)).toEqual([false, false, true]);
      }
      const said = [...bucket.contents.values()]
        .map((bytes) => Buffer.from(bytes).toString("latin1"))
        .join("\n");
      expect(said).not.toContain("secret-");
    },
  );

  test("go on by their old keys, where an agreement has these, after they have taken new ones", async () => {
    const { bucket, owners, agreed, result } = await played("FedAvg", async (owner, doing) => {
      if (doing.job.round !== 2 || doing.job.client !== 1) return doing;
      const home = await openHome(owner.home.place);
      await rotateKeys(home, "clinics", outFile(`${folder()}/rotation.json`), doing.at);
      Object.assign(owner, { home: await openHome(home.place) });
      return doing;
    });
    expect(owners[1]?.home.keys.key).not.toBe(agreed.members[1]?.signingKey);
    expect(result.federated.weightsSha256).toBe(await simulated(agreed, owners));
    expect((await verifyRun(bucket, run, here)).findings).toEqual([]);
  });
});

type Change = (owner: WorkingOwner, doing: Doing) => Doing | Promise<Doing>;
const other = "f".repeat(64);

const refusedJobs: readonly [string, string, Change][] = [
  ["it has paused", "OwnerPaused", pausing],
  ["its policy is no policy", "PolicyInvalid", byPolicy("nonsense")],
  ["its policy has expired", "PolicyExpired", byPolicy({ expires: "2026-11-28" })],
  ["its policy has expired, and the clock is set back", "PolicyExpired", settingBack],
  ["its policy does not know the federation", "FederationUnknown", byPolicy({ federations: ["banks"] })],
  ["its policy does not trust a member", "MemberUntrusted", byPolicy({ trusted: [] })],
  ["its policy asks for more owners", "CohortTooSmall", byPolicy({ minimumCohort: 4 })],
  ["its policy asks for more examples", "ExamplesTooFew", byPolicy({ leastExamples: 1000 })],
  ["its policy wants to be asked", "NotApproved", byPolicy({ ask: true })],
  ["its policy keeps evaluations", "EvaluationKept", byPolicy({ tells: { evaluation: false } })],
  ["the run is below another federation's name", "PlanDiffers", jobAs({ run: "banks.first" })],
  ["its policy asks for smaller models", "ModelNotAllowed", byPolicy({ models: { mostParameters: 3 } })],
  ["its policy asks for privacy", "PrivacyMissing", byPolicy({ privacy: "required" })],
  ["its policy knows another bundle", "BundleUnknown", byPolicy({ bundles: [other] })],
  ["its policy allows fewer rounds", "RoundsExceeded", byPolicy({ mostRounds: 1 })],
  [
    "what is installed is another bundle",
    "BundleUnknown",
    (_, doing) => ({ ...doing, bundle: { ...bundle, sha256: other } }),
  ],
  ["it has signed no such version", "AgreementUnsigned", agreementAs({ version: 2 })],
  ["it has signed another agreement", "AgreementConflict", agreementAs({ sha256: other })],
  ["it has signed for no such federation", "AgreementUnsigned", agreementAs({ federation: "banks" })],
  [
    "its data are gone",
    "DataMissing",
    (owner, doing) => ({ ...doing, readData: () => Promise.reject(new Error(owner.data)) }),
  ],
  ["its data are others", "DataChanged", otherData],
  ["another plan came", "PlanDiffers", changed(keys.plan(run))],
  ["another partition came", "PlanDiffers", changed(keys.partition(run))],
  ["another model came", "PlanDiffers", changed(keys.global(run, 0))],
  ["it is somebody else's client", "PlanDiffers", jobAs({ client: 2 })],
  ["the round is beyond the plan", "PlanDiffers", jobAs({ round: 9 })],
];

describe("a job is refused by name, and nothing leaves, where", () => {
  test.each(refusedJobs)("%s", async (_, refusal, change) => {
    const bucket = new MemoryBucket();
    const owners = await workingOwners();
    const agreed = await agree(bucket, owners, bundle, shortly("FedAvg"));
    const { plan, writer, federation } = await preparedRun(bucket, { run });
    const { round, chainSha256 } = federation;
    const owner = owners[1] as WorkingOwner;
    const input = { run, plan, writer, round, attempt: 1, task: "train", client: 1, chainSha256 } as const;
    const doing = await change(owner, doingOf(bucket, agreed, owner, bundle, input));
    expect(await doJob(owner.home, doing)).toEqual({ refusal });
    const { entries } = (await openHome(owner.home.place)).log;
    expect(entries.at(-1)).toMatchObject({ event: "refused", refusal, about: expect.stringMatching(/./) });
    expect(signedOf(entries)).toEqual([]);
  });
});

async function pausing({ home }: WorkingOwner, doing: Doing): Promise<Doing> {
  await home.log.append({ event: "paused" }, doing.at);
  return doing;
}

const days = (number: number) => 86_400_000 * number;

async function settingBack(owner: WorkingOwner, doing: Doing): Promise<Doing> {
  await owner.home.log.append({ event: "resumed" }, new Date(doing.at.getTime() + days(2)));
  return byPolicy({ expires: "2026-11-30" })(owner, doing);
}

function byPolicy(rules: unknown): Change {
  return ({ home }, doing) => {
    const path = join(home.place, homeFiles.policy);
    const before = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify(typeof rules === "object" ? { ...before, ...rules } : rules));
    return doing;
  };
}

function agreementAs(changes: Partial<Doing["job"]["agreement"]>): Change {
  return (_, { job, ...doing }) => ({
    ...doing,
    job: { ...job, agreement: { ...job.agreement, ...changes } },
  });
}

function jobAs(changes: Partial<Doing["job"]>): Change {
  return (_, { job, ...doing }) => ({ ...doing, job: { ...job, ...changes } });
}

async function otherData({ data }: WorkingOwner, doing: Doing): Promise<Doing> {
  writeFileSync(data, readFileSync(data, "utf8").replace(/\n[^\n]*\n$/, "\n"));
  return doing;
}

function changed(key: string): Change {
  return (_, doing) => {
    const bytes = Uint8Array.from(doing.objects.get(key) ?? []);
    const at = bytes.length - 9;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return { ...doing, objects: new Map([...doing.objects, [key, bytes]]) };
  };
}
