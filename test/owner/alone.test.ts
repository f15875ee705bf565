import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { aloneText, readAlone } from "../../owner/alone.ts";
import { type Doing, doJob } from "../../owner/do-job.ts";
import { openHome } from "../../owner/home.ts";
import { homeFiles } from "../../owner/home-files.ts";
import { logText } from "../../owner/log-text.ts";
import { type Bundle, readBundle } from "../../owner/train.ts";
import type { Config } from "../../shared/config/schema.ts";
import { keys } from "../../shared/layout.ts";
import { signedOf } from "../../shared/owners/log-entry.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { roundMetrics, updateHeader } from "../../shared/workflow/round-records.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { playRun } from "../functions/played-run.ts";
import { trainingBundleFile } from "./training-bundle.ts";
import { agree, doingOf, run, type WorkingOwner, work, workingOwners } from "./working-owners.ts";

const rounds = 1;
const final = rounds + 1;
let bundle: Bundle;
let file: string;

beforeAll(async () => {
  file = await trainingBundleFile();
  bundle = await readBundle(file);
}, 120_000);

/** What was agreed upon, but that it does something else alone; it says the digest of what was. */
function bundleThat(body: string): Bundle {
  const bytes = Buffer.from(
    `export { workAtOwner } from ${JSON.stringify(pathToFileURL(file).href)};\n` +
      `export async function trainAloneAtOwner(work) { ${body} }\n`,
  );
  return { bytes, sha256: bundle.sha256 };
}

const shortly = (config: Config): Config => ({
  ...config,
  federation: { ...config.federation, rounds },
});

type Ending = (owner: WorkingOwner, doing: Doing) => Promise<Doing> | Doing;

/** Plays a run of four owners of whom three are a cohort. @param endings of each, before its final pass */
async function played(endings: readonly (Ending | undefined)[]) {
  const bucket = new MemoryBucket();
  const owners = await workingOwners(4);
  const agreed = await agree(bucket, owners, bundle, shortly);
  const { result } = await playRun(bucket, run, {
    interfere: async (round, client, _train, input) => {
      const owner = owners[client] as WorkingOwner;
      const doing = doingOf(bucket, agreed, owner, bundle, input);
      const ending = round === final ? endings[client] : undefined;
      const { done: _, ...report } = await work(bucket, owner, ending ? await ending(owner, doing) : doing);
      return report;
    },
  });
  return { bucket, owners, result };
}

/** What an owner's final pass has told. */
function told({ contents }: MemoryBucket, client: number) {
  const bytes = contents.get(keys.update(run, final, client, 1)) ?? new Uint8Array();
  return updateHeader.parse(JSON.parse(decodeSafetensors(bytes).metadata.update ?? "")).alone;
}

function keepIt({ home }: WorkingOwner): void {
  const path = join(home.place, homeFiles.policy);
  const policy = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...policy, tells: { ...policy.tells, alone: false } }));
}

describe("owners who stay alone for comparison", () => {
  const repeating: Ending = async (owner, doing) => {
    const first = await doJob(owner.home, doing);
    const other = bundleThat("throw new Error('asked twice')");
    expect(await doJob(owner.home, { ...doing, bundle: other })).toEqual(first);
    return doing;
  };
  const changingItsMind: Ending = async (owner, doing) => {
    const first = await doJob(owner.home, doing);
    keepIt(owner);
    rmSync(join(owner.home.place, homeFiles.alone), { recursive: true });
    expect(await doJob(owner.home, doing)).toEqual(first);
    return doing;
  };
  const keeping: Ending = (owner, doing) => {
    keepIt(owner);
    return doing;
  };

  test("know what the federation gains them, and tell it once as far as their policies let them", async () => {
    const { bucket, owners, result } = await played([repeating, keeping, changingItsMind]);
    const metrics = await bucket.objects.getRecord(keys.roundMetrics(run, final), roundMetrics);
    const records = await Promise.all(owners.map(({ home }) => readAlone(home, run)));
    for (const [client, { home }] of owners.entries()) {
      const keeps = client === 1;
      const record = records[client];
      const there = metrics.clients.find((one) => one.client === client);
      expect(record).toMatchObject({ run, rounds, found: { examples: there?.examples } });
      expect(there?.alone).toEqual(
        keeps ? undefined : record && "alone" in record.found && record.found.alone,
      );
      expect(told(bucket, client)).toEqual(
        keeps ? undefined : record && "sums" in record.found && record.found.sums,
      );
      expect(record && aloneText(record)).toMatch(
        /on the \d+ examples .* has accuracy \d\.\d+, loss .*; yours, trained for 1 round on your rows alone/,
      );
      expect(signedOf(home.log.entries).map(({ alone }) => alone)).toEqual([
        ...[undefined, keeps ? undefined : true],
      ]);
      expect(logText(home.log.entries).includes("the model does that was trained here alone")).toBe(!keeps);
    }
    const [found] = [records[1]?.found];
    const kept = found && "examples" in found ? found.examples : 0;
    expect(result.alone).toMatchObject({ owners: 3, examples: result.federated.examples - kept });
  });
});

describe("a training alone that fails", () => {
  const failing =
    (body: string): Ending =>
    (_, doing) => ({ ...doing, bundle: bundleThat(body) });
  const ended: Ending = async (owner, doing) => {
    const entries = owner.home.log.entries.length;
    const ending = new AbortController();
    const mark = join(owner.home.place, "started");
    const slow = bundleThat(`
      (await import("node:fs")).writeFileSync(${JSON.stringify(mark)}, "");
      for (;;) await new Promise((resolve) => setTimeout(resolve, 10));`);
    const doingIt = doJob(owner.home, { ...doing, bundle: slow, signal: ending.signal });
    await vi.waitUntil(() => existsSync(mark), { timeout: 60_000 });
    ending.abort(new Error("Ctrl-C"));
    await expect(doingIt).rejects.toThrow("Ctrl-C");
    expect(owner.home.log.entries).toHaveLength(entries);
    expect(await readAlone(owner.home, run)).toBeUndefined();
    return doing;
  };

  test("is told by nobody; the log says why, and the final pass goes on; one that is ended is done again", async () => {
    const { bucket, owners, result } = await played([
      failing("throw new RangeError('row 7 is odd')"),
      failing("return { alone: {} }"),
      failing("return { weightsSha256: 'a'.repeat(64), federated: {}, alone: { lossSum: NaN } }"),
      ended,
    ]);
    expect(result.alone).toBeUndefined();
    expect(told(bucket, 3)).toBeDefined();
    for (const [client, why] of ["row 7 is odd", "weightsSha256", "lossSum"].entries()) {
      const { home } = owners[client] as WorkingOwner;
      expect(told(bucket, client)).toBeUndefined();
      const { entries } = (await openHome(home.place)).log;
      expect(entries.filter(({ event }) => event === "failed alone")).toEqual([
        expect.objectContaining({ run, about: expect.stringContaining(why) }),
      ]);
      const record = await readAlone(home, run);
      expect(record && aloneText(record)).toContain("no model was trained for 1 round");
    }
    const said = [...bucket.contents.values()].map((bytes) => Buffer.from(bytes).toString("latin1")).join();
    expect(said).not.toContain("row 7");
  });
});
