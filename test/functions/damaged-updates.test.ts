import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { damaged } from "../../local/chaos/damage.ts";
import { type Damage, damages } from "../../local/chaos/fault.ts";
import { keys } from "../../shared/layout.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { readUpdates } from "../../storage/update-objects.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

const bucket = new MemoryBucket();
beforeAll(async () => {
  await claimRun(bucket, "r", toyConfig("federation.rounds=1", "federation.strategy.name=SCAFFOLD"));
  await playRun(bucket, "r");
});

/** What the round makes of client 1 once its update, or its evaluation in the pass after the round, is changed. */
async function verdict(round: number, change: (update: Buffer) => Uint8Array | undefined) {
  const plan = planRecord.parse(bucket.json(keys.plan("r")));
  const { strategy: settings } = plan.config.federation;
  const task = round === 1 ? ("train" as const) : ("evaluate" as const);
  const participants = [0, 1, 2].map((client) => ({ client, task }));
  const key = keys.update("r", round, 1);
  const good = bucket.contents.get(key) ?? new Uint8Array();
  const changed = change(Buffer.from(good));
  if (changed === undefined) bucket.contents.delete(key);
  else bucket.contents.set(key, changed);
  try {
    const asked = { round, attempt: 1, participants };
    const { updates, silent } = await readUpdates(
      bucket.objects,
      plan,
      openStrategy(settings),
      asked,
      [],
      null,
    );
    return { reported: updates.map(({ client }) => client), silent };
  } finally {
    bucket.contents.set(key, good);
  }
}

describe.each([
  ["an update", 1],
  ["an evaluation", 2],
])("%s", (_, round) => {
  test("that arrived whole counts", async () => {
    expect(await verdict(round, (update) => update)).toEqual({ reported: [0, 1, 2], silent: [] });
  });

  test("with any one bit flipped is not used", async () => {
    await fc.assert(
      fc.asyncProperty(fc.noBias(fc.nat()), async (place) => {
        const { reported, silent } = await verdict(round, (update) => {
          const bit = place % (8 * update.length);
          update.writeUInt8(update.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
          return update;
        });
        expect(reported).toEqual([0, 2]);
        expect(silent).toMatchObject([
          { client: 1, error: expect.stringMatching(/^(Update|Object)Invalid$/) },
        ]);
      }),
      { numRuns: 400 },
    );
  });

  // without S3's own checksum, which this bucket has none of, a rotten bit is a flipped one
  const errors: Readonly<Record<Damage, RegExp>> = {
    truncated: /^ObjectInvalid$/,
    "flipped-bit": /Invalid$/,
    "rotten-bit": /Invalid$/,
    "wrong-shape": /^(Update|Object)Invalid$/,
    "not-finite": /^UpdateInvalid$/,
    "other-round": /^UpdateInvalid$/,
    absent: /^ObjectMissing$/,
  };
  test.each(damages)("%s silences its client, by name and with the cause", async (damage) => {
    for (const at of [0, 0.3, 0.7, 0.99]) {
      const { reported, silent } = await verdict(round, (update) => damaged(update, damage, at));
      expect(reported, `at ${at}`).toEqual([0, 2]);
      expect(silent, `at ${at}`).toMatchObject([{ client: 1, error: expect.stringMatching(errors[damage]) }]);
      expect(silent[0]?.cause).toContain(round === 1 || damage !== "absent" ? "" : "updates/");
    }
  });
});

test("what is damaged is what the fault says, and nothing that a digest would tell first", async () => {
  const cause = async (damage: Damage) =>
    (await verdict(1, (update) => damaged(update, damage, 0.5))).silent[0]?.cause;
  expect(await cause("not-finite")).toContain("not a finite number");
  expect(await cause("other-round")).toContain('says that it is round 2, client 1 of run "r"');
  expect(await cause("wrong-shape")).toContain("is [1,1], and has to be float32 [5]");
  expect(await cause("truncated")).toMatch(/truncated/);
});
