import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { openHome } from "../../../owner/home.ts";
import { Awaited } from "../../../owner/run/awaited-run.ts";
import type { TakingPart } from "../../../owner/run/taking-part.ts";
import type { Bundle } from "../../../owner/train.ts";
import { run } from "../working-owners.ts";
import { type AskedOwner, askedOwner, trainingBundle } from "./asked-owner.ts";
import { takes } from "./taking.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

const untilDone = (
  { owner, agreed, door }: AskedOwner,
  changes: Partial<TakingPart> = {},
  signal?: AbortSignal,
) =>
  takes(
    { owner, agreed, bundle, url: door.url, ...(signal && { signal }) },
    { until: "final pass", ...changes },
  );
const isWaiting = ({ owner }: AskedOwner) => existsSync(join(owner.home.place, "awaited.json"));

/** Has an owner do the run's first job as one that is to end with it, and be ended then. */
async function worked(asked: AskedOwner): Promise<void> {
  const stop = new AbortController();
  const ended = asked.door.wait(asked.key, asked.job);
  const tell = (line: string) =>
    line.startsWith("sent") && setTimeout(() => stop.abort(new Error("ended")), 200);
  await expect(untilDone(asked, { tell }, stop.signal)).rejects.toThrow("ended");
  await ended;
  // nobody takes its place away, and nothing waits there any more
  asked.door.lie = (request, reply) =>
    request.ask === "job"
      ? { ...reply, body: { at: new Date().toISOString(), job: null, reads: [] } }
      : reply;
}

test("an owner that is started again after a run's last job ends at once, and the next time waits for another run", async () => {
  const asked = await askedOwner(bundle);
  await worked(asked);
  expect(isWaiting(asked)).toBe(true);
  const home = await openHome(asked.owner.home.place);
  const [signed] = home.log.entries.filter((one) => one.event === "signed");
  if (!signed) throw new Error("nothing was signed");
  const { number: _, before: __, at: ___, ...event } = signed;
  const last = { ...event, round: 3, task: "evaluate", norm: null, object: `${event.object}-3` } as const;
  await home.log.append({ ...last, final: true }, new Date());
  // what is signed and has not left is for the round that waits for it
  await stillWaits(asked);
  const { plan: _plan, chainSha256: _chain, dataMac: _mac, event: _event, ...sent } = last;
  await (await openHome(home.place)).log.append({ ...sent, event: "sent", receipt: "checksum" }, new Date());
  expect(await untilDone(asked)).toEqual([`the last job of ${run} was done before`]);
  expect(isWaiting(asked)).toBe(false);
  await stillWaits(asked);
});

async function stillWaits(asked: AskedOwner): Promise<void> {
  const stop = new AbortController();
  const waiting = untilDone(asked, {}, stop.signal);
  setTimeout(() => stop.abort(new Error("still waits")), 300);
  await expect(waiting).rejects.toThrow("still waits");
}

test("an owner ends with a run that has stopped without a last job, as soon as its rounds could wait no longer", async () => {
  const asked = await askedOwner(bundle);
  await worked(asked);
  const { storage } = asked.owner.home;
  const { entries } = (await openHome(storage)).log;
  const open = (federation = "clinics") => Awaited.open(storage, federation, new Date());
  const awaited = await open();
  const after = (minutes: number) =>
    awaited.ended(entries, asked.agreed, new Date(Date.now() + 60_000 * minutes));
  // two rounds and the final pass, of which the first has been: an hour each
  expect(after(0)).toBeUndefined();
  expect(after(119)).toBeUndefined();
  expect(after(121)).toBe(
    `${run} has asked for nothing for 120 minutes, longer than its rounds may wait: it has ended`,
  );
  // whoever starts anew may be there before the coordinator: it waits as long again
  await awaited.asks({ run, round: 1 }, new Date(Date.now() - 121 * 60_000));
  await stillWaits(asked);
  const ahead = new Date(Date.now() + 121 * 60_000);
  expect((await open()).ended(entries, asked.agreed, ahead)).toContain("it has ended");
  expect((await open("banks")).ended(entries, asked.agreed, ahead)).toBeUndefined();
});
