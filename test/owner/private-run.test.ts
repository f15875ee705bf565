import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { runOfOwner, runText } from "../../owner/run-text.ts";
import type { Bundle } from "../../owner/train.ts";
import type { Config } from "../../shared/config/schema.ts";
import { keys } from "../../shared/layout.ts";
import { sentOf, signedOf } from "../../shared/owners/log-entry.ts";
import { chargesIn, epsilonSpent } from "../../shared/owners/privacy-ledger.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { playRun } from "../functions/played-run.ts";
import { trainingBundle } from "./training-bundle.ts";
import { agree, doingOf, run, type WorkingOwner, work, workingOwners } from "./working-owners.ts";

const delta = 1e-3;
let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

const noised = (config: Config): Config => ({
  ...config,
  federation: { ...config.federation, rounds: 2 },
  privacy: {
    ...{ unit: "example", noise: "local", colluding: 1, clip: 1, epsilon: 4, noiseMultiplier: null, delta },
    samplingRate: 0.25,
  },
});

function budget(owner: WorkingOwner, epsilon: number): void {
  const rules = { privacy: "required", privacyBudget: { epsilon, delta } };
  writeFileSync(join(owner.home.place, "policy.json"), JSON.stringify(rules));
}

async function federation(epsilons: readonly number[]) {
  const bucket = new MemoryBucket();
  const owners = await workingOwners();
  for (const [at, owner] of owners.entries()) budget(owner, epsilons[at] ?? 4);
  const agreed = await agree(bucket, owners, bundle, noised);
  return { bucket, owners, agreed };
}

describe("owners whose policies ask for privacy", () => {
  test("add their own noise, charge it to their logs, and lay no key into the bucket", async () => {
    const { bucket, owners, agreed } = await federation([4, 4, 4]);
    const { result } = await playRun(bucket, run, {
      interfere: async (_round, client, _train, input) => {
        const owner = owners[client] as WorkingOwner;
        const { done: _, ...report } = await work(
          bucket,
          owner,
          doingOf(bucket, agreed, owner, bundle, input),
        );
        return report;
      },
    });
    expect(result.privacy?.epsilon).toBeLessThanOrEqual(4);
    expect(result.alone).toBeUndefined();
    expect(bucket.contents.has(keys.simulatedKey(run))).toBe(false);
    for (const { home } of owners) {
      await home.log.reload();
      const signed = signedOf(home.log.entries);
      expect(signed.map(({ task, privacy }) => [task, privacy?.steps])).toEqual([
        ["train", 4],
        ["train", 4],
        ["evaluate", undefined],
      ]);
      expect(sentOf(home.log.entries).length).toBeLessThanOrEqual(3);
      expect(epsilonSpent(chargesIn(signed), delta)).toBe(result.privacy?.epsilon);
      const shown = runOfOwner(home.log.entries, run);
      expect(shown.privacy).toMatchObject({ delta: 1e-5, withoutNoise: 0 });
      expect(shown.privacy?.run).toBe(shown.privacy?.allRuns);
      // a smaller delta takes a larger epsilon
      expect(shown.privacy?.run).toBeGreaterThan(result.privacy?.epsilon ?? 0);
      expect(runText(shown)).toMatch(/privacy: epsilon \d+\.\d{4} of this run/);
    }
    expect((await verifyRun(bucket, run, here)).findings).toEqual([]);
    const page = new TextDecoder().decode(bucket.contents.get(keys.report(run)));
    expect(page).toContain("nobody but the owner");
    expect(page).not.toContain("nominal");
  });

  test("sign no agreement whose runs their budget does not cover", async () => {
    await expect(federation([4, 3.9, 4])).rejects.toThrow("PrivacyBudgetSpent");
  });

  test("do no job of a run that a lower budget does not cover any more", async () => {
    const { bucket, owners, agreed } = await federation([4, 4, 4]);
    budget(owners[1] as WorkingOwner, 2);
    const refused: unknown[] = [];
    await playRun(bucket, run, {
      interfere: async (_round, client, _train, input) => {
        const owner = owners[client] as WorkingOwner;
        const { done, ...report } = await work(bucket, owner, doingOf(bucket, agreed, owner, bundle, input));
        if ("refusal" in done) refused.push(done.refusal);
        return report;
      },
    }).catch(() => undefined);
    expect(refused[0]).toBe("PrivacyBudgetSpent");
  });
});
