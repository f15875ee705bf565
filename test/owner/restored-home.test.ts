import { cpSync, rmSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { openHome } from "../../owner/home.ts";
import type { Bundle } from "../../owner/train.ts";
import type { Config } from "../../shared/config/schema.ts";
import { keys } from "../../shared/layout.ts";
import { brokenAt, signedOf } from "../../shared/owners/log-entry.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { playRun } from "../functions/played-run.ts";
import { folder } from "./homes.ts";
import { trainingBundle } from "./training-bundle.ts";
import { agree, doingOf, run, type WorkingOwner, work, workingOwners } from "./working-owners.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

const shortly = (config: Config): Config => ({ ...config, federation: { ...config.federation, rounds: 3 } });

/** Plays a run in which owner 1's whole home is brought back after a round, as it was before that. @param before the round */
async function withABackup(before: number) {
  const bucket = new MemoryBucket();
  const owners = await workingOwners();
  const agreed = await agree(bucket, owners, bundle, shortly);
  const backup = folder();
  const homes = owners.map(({ home }) => home.place);
  const own = homes[1] ?? "";
  const played = playRun(bucket, run, {
    interfere: async (round, client, _train, input) => {
      const owner = owners[client] as WorkingOwner;
      if (client === 1 && round === before) cpSync(own, backup, { recursive: true });
      if (client === 1 && round === before + 1) {
        rmSync(own, { recursive: true });
        cpSync(backup, own, { recursive: true });
      }
      const opened = { ...owner, home: await openHome(owner.home.place) };
      const doing = doingOf(bucket, agreed, owner, bundle, input);
      // as the door has it: the metrics since the last round that its log knows
      const since = client === 1 && round === before + 1 ? before - 1 : round - 1;
      const metrics = [...bucket.contents].filter(([key]) =>
        Array.from({ length: round - since }, (_, at) => keys.roundMetrics(run, since + at)).includes(key),
      );
      const came = { ...doing, objects: new Map([...doing.objects, ...metrics]) };
      const { done: _, ...report } = await work(bucket, opened, came);
      return report;
    },
  });
  return { bucket, played, own };
}

test("a home that is brought back whole refuses by name a model that holds an update which its log does not know", async () => {
  const { bucket, played, own } = await withABackup(2);
  await expect(played).rejects.toMatchObject({
    name: "QuorumNotReached",
    message: expect.stringMatching(
      /^round 3: 2 of 3 owners reported, the quorum is 3 \(owner 1: LogRolledBack\b.*its log is older than what it has sent\)$/,
    ),
  });
  expect(bucket.contents.has(keys.update(run, 3, 1))).toBe(false);
  const { entries } = (await openHome(own)).log;
  expect(brokenAt(entries)).toBeUndefined();
  expect(signedOf(entries).map(({ round }) => round)).toEqual([1]);
  expect(entries.at(-1)).toMatchObject({ event: "refused", refusal: "LogRolledBack", round: 3 });
});
