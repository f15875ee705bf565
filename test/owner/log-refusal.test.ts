import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { OwnerHome } from "../../owner/home.ts";
import { logRefusal, readRefusedAgain, refusedAgainText } from "../../owner/log-refusal.ts";
import { ownersJob } from "../../shared/owners/job.ts";
import { brokenAt } from "../../shared/owners/log-entry.ts";
import { again, at, newHome } from "./homes.ts";

const sha256 = "ab".repeat(32);
const job = ownersJob.parse({
  agreement: { federation: "clinics", version: 1, sha256 },
  ...{ run: "clinics.first", plan: sha256, writer: "fedstep 0.2.0", round: 1, attempt: 1, task: "train" },
  ...{ client: 0, chainSha256: sha256 },
});
const later = (minutes: number) => new Date(at.getTime() + 60_000 * minutes);

async function refuse(
  home: OwnerHome,
  changes: object,
  name: "OwnerPaused" | "PlanDiffers",
  minutes: number,
) {
  await logRefusal(home, { ...job, ...changes }, { name, about: "a reason" }, later(minutes));
}

describe("a door that asks again and again for what is refused", () => {
  test("makes one line of each job, however they follow one another, and the rest is counted", async () => {
    const home = await newHome();
    for (let minute = 0; minute < 30; minute++) {
      await refuse(home, { round: 1 + (minute % 2) }, "OwnerPaused", minute);
    }
    const { log } = await again(home);
    expect(log.entries.map(({ event }) => event)).toEqual(["made", "refused", "refused"]);
    expect(brokenAt(log.entries)).toBeUndefined();
    const counted = await readRefusedAgain(home);
    expect(counted.map(({ entry, times, last }) => [entry, times, last])).toEqual([
      [2, 14, later(28).toISOString()],
      [3, 14, later(29).toISOString()],
    ]);
    expect(refusedAgainText(counted)[0]).toMatch(
      /^refused 14 more times what entry 2 is about, 2026-11-29 12:28:00$/,
    );
  });

  test("fills no disk, whatever it makes up: of each name a month has a hundred lines, and the next one its own", async () => {
    const home = await newHome();
    const grown: number[] = [];
    for (let attempt = 1; attempt <= 130; attempt++) {
      await refuse(home, { attempt }, "OwnerPaused", attempt);
      grown.push(statSync(join(home.place, "log.jsonl")).size);
    }
    expect(new Set(grown.slice(99)).size).toBe(1);
    expect(await readRefusedAgain(home)).toMatchObject([{ refusal: "OwnerPaused", entry: null, times: 30 }]);
    await refuse(home, { attempt: 1 }, "PlanDiffers", 200);
    await refuse(home, { attempt: 500 }, "OwnerPaused", 60 * 24 * 10);
    const { entries } = (await again(home)).log;
    expect(entries).toHaveLength(1 + 100 + 2);
    expect(brokenAt(entries)).toBeUndefined();
  });

  test("has no writer of any length kept", () => {
    expect(ownersJob.safeParse({ ...job, writer: "x".repeat(201) }).success).toBe(false);
  });
});
