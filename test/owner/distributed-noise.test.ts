import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import type { Bundle } from "../../owner/train.ts";
import type { Config } from "../../shared/config/schema.ts";
import { keys } from "../../shared/layout.ts";
import { signedOf } from "../../shared/owners/log-entry.ts";
import { chargesIn, epsilonSpent } from "../../shared/owners/privacy-ledger.ts";
import { here } from "../cli/verify/here.ts";
import { metricsOf } from "../functions/masked-played.ts";
import { byPolicy, maskingOwners, playMasked } from "./masked-owners.ts";
import { trainingBundle } from "./training-bundle.ts";
import { run } from "./working-owners.ts";

const delta = 1e-3;
let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

/** One step a round, of which three of the four owners have all of the noise. */
const noised = (config: Config): Config => ({
  ...config,
  training: { ...config.training, localSteps: 1 },
  privacy: {
    ...{
      unit: "example",
      noise: "distributed",
      colluding: 0,
      clip: 1,
      epsilon: 4,
      noiseMultiplier: null,
      delta,
    },
    samplingRate: 0.5,
  },
});

describe("owners who add their noise together", () => {
  test("charge it to their logs, tell nobody but by a sum, and are believed by whoever verifies", async () => {
    const owners = await maskingOwners();
    for (const owner of owners)
      byPolicy(owner, { privacy: "required", privacyBudget: { epsilon: 4, delta } });
    const { bucket, result } = await playMasked(bundle, { owners, also: noised });
    expect(result.privacy?.steps).toBe(2);
    expect(result.privacy?.epsilon).toBeLessThanOrEqual(4);
    for (const { home } of owners) {
      await home.log.reload();
      const signed = signedOf(home.log.entries);
      expect(signed.map(({ task, privacy }) => [task, privacy?.steps])).toEqual([
        ["train", 1],
        ["train", 1],
        ["evaluate", undefined],
      ]);
      expect(epsilonSpent(chargesIn(signed), delta)).toBe(result.privacy?.epsilon);
    }
    for (const round of [1, 2]) {
      expect(metricsOf(bucket, round, run).summed).toMatchObject({ trainingLoss: null });
    }
    expect((await verifyRun(bucket, run, here)).findings).toEqual([]);
    const page = new TextDecoder().decode(bucket.contents.get(keys.report(run)));
    expect(page.includes("two of the three helpers")).toBe(true);
    expect(page.includes("nominal")).toBe(false);
  });

  test("sign no agreement that their budget does not cover", async () => {
    const owners = await maskingOwners();
    byPolicy(owners[1] ?? fail(), { privacyBudget: { epsilon: 3.9, delta } });
    await expect(playMasked(bundle, { owners, also: noised })).rejects.toThrow("PrivacyBudgetSpent");
  });
});

function fail(): never {
  throw new Error("there are four owners");
}
