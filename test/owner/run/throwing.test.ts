import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { openHome } from "../../../owner/home.ts";
import type { TakingPart } from "../../../owner/run/taking-part.ts";
import type { Bundle } from "../../../owner/train.ts";
import { keys } from "../../../shared/layout.ts";
import { run, type WorkingOwner } from "../working-owners.ts";
import { type AskedOwner, askedOwner, trainingBundle } from "./asked-owner.ts";
import { takes } from "./taking.ts";

let agreedUpon: Bundle;
beforeAll(async () => {
  agreedUpon = await trainingBundle();
}, 120_000);

const rowOf = ({ data }: WorkingOwner) => readFileSync(data, "utf8").split("\n")[1] ?? "";

/** What was agreed upon by its digest, and fails in the middle of the work with what only the owner may know. */
const bundleThat =
  (body: string): Change =>
  ({ owner }) => ({
    bundle: {
      sha256: agreedUpon.sha256,
      bytes: Buffer.from(
        `export async function workAtOwner({ input: { run, round, attempt, client } }) {
           const row = ${JSON.stringify(rowOf(owner))};
           ${body}
         }`,
      ),
    },
  });

type Change = (asked: AskedOwner) => Partial<TakingPart>;

const update = JSON.stringify(keys.update(run, 1, 1, 1));

test.each<[string, string, Change]>([
  [
    "while it reads its data, by an error of that name",
    "DataMissing",
    ({ owner }) => ({
      readData: () => Promise.reject(Object.assign(new Error(rowOf(owner)), { name: rowOf(owner) })),
    }),
  ],
  [
    "while it reads its data, with no error at all",
    "DataMissing",
    ({ owner }) => ({ readData: () => Promise.reject(rowOf(owner)) }),
  ],
  [
    "while it trains",
    "TrainingFailed",
    bundleThat("throw Object.assign(new Error(row), { name: row, stack: row, code: row });"),
  ],
  ["while it trains, with no error at all", "TrainingFailed", bundleThat("throw row;")],
  [
    "in the name of an object that is no update",
    "TrainingFailed",
    bundleThat("return new Map([[row, new Uint8Array(9)]]);"),
  ],
  [
    "in what is no safetensors file",
    "TrainingFailed",
    bundleThat(`return new Map([[${update}, new TextEncoder().encode(row)]]);`),
  ],
])("a row that an owner throws %s reaches the coordinator in no form", async (_, refusal, change) => {
  const asked = await askedOwner(agreedUpon);
  const { owner, owners, agreed, door, key, job, bucket } = asked;
  const ended = door.wait(key, job);
  const before = new Set(bucket.contents.keys());
  await takes({ owner, agreed, bundle: agreedUpon, url: door.url }, { until: "one job", ...change(asked) });
  expect(await ended).toEqual({ client: 1, error: { Error: refusal } });
  expect([...bucket.contents.keys()].filter((one) => !before.has(one))).toEqual([]);
  // what was sent by whoever, the owner's last words among it
  const wire = Buffer.concat(door.wire).toString("latin1");
  expect(wire).toContain(refusal);
  for (const cell of rowOf(owner)
    .split(",")
    .filter((one) => one.length > 3)) {
    expect(wire.includes(cell), cell).toBe(false);
    expect(wire.includes(Buffer.from(cell).toString("base64").replaceAll("=", ""))).toBe(false);
  }
  const { log } = await openHome(owner.home.place);
  expect(log.entries.at(-1)).toMatchObject({ event: "refused", refusal });
  expect(owners).toContain(owner);
});
