import { expect, test } from "vitest";
import { bringRound } from "../../../owner/run/bring-round.ts";
import { doorOf } from "../../../owner/run/door-address.ts";
import { DoorClient } from "../../../owner/run/door-client.ts";
import { Transport } from "../../../owner/run/transport.ts";
import { keys } from "../../../shared/layout.ts";
import type { OwnersJob } from "../../../shared/owners/job.ts";
import { job as anyJob } from "../../functions/door/coordinator.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { agreementOf } from "../../shared/owners/agreed.ts";
import { newSigner } from "../../shared/owners/keys.ts";
import { DoorStandIn } from "./door-stand-in.ts";

const job: OwnersJob = anyJob;
const update = keys.update(job.run, 2, 0);
const other = keys.update(job.run, 2, 1);

/** An owner at a door that offers these keys of a round, some of which there are. */
async function atDoor(offers: readonly string[]) {
  const bucket = new MemoryBucket();
  bucket.contents.set(update, Uint8Array.of(1, 2, 3));
  const door = await DoorStandIn.open(bucket);
  door.rounds = () => offers;
  const signer = await newSigner();
  void door.wait(signer.key, job);
  const agreed = { ...agreementOf([signer, await newSigner(), await newSigner()]), door: undefined };
  const address = doorOf(agreed as never, door.url);
  const transport = await Transport.open(address, undefined);
  const client = new DoorClient("clinics", address, transport, signer, () => {});
  const sizes = new Map([
    [update, 3],
    [other, 3],
  ]);
  const brought = () => bringRound({ client, address, transport } as never, job, { round: 2, sizes });
  return { bucket, door, brought };
}

test("what a round was made of is brought when it is read, and what is not there is none", async () => {
  const { brought, door } = await atDoor([update, other]);
  const held = await brought();
  const asked = () => Buffer.concat(door.wire).toString().split("GET /bucket/").length - 1;
  expect(asked()).toBe(0);
  expect(await held.get(update)).toEqual(Buffer.of(1, 2, 3));
  expect(asked()).toBe(1);
  expect(await held.get(other)).toBeUndefined();
  expect(door.asked.filter(({ ask }) => ask === "round")).toHaveLength(1);
});

test("what the door does not offer is none", async () => {
  const { brought } = await atDoor([]);
  expect(await (await brought()).get(update)).toBeUndefined();
});

test.each<[string, readonly string[]]>([
  ["an object that is no part of the round", [update, keys.boxes(job.run, 2, 1)]],
  ["an object twice", [update, update]],
])("a door that offers %s is not trusted", async (_, offers) => {
  const { brought } = await atDoor(offers);
  await expect(brought()).rejects.toMatchObject({ name: "DoorUntrusted" });
});

test("nor is one that names another place, or leads elsewhere, or has no end", async () => {
  const { brought, door, bucket } = await atDoor([update]);
  door.storageOrigin = "http://127.0.0.2:9";
  await expect(brought()).rejects.toMatchObject({ name: "DoorUntrusted" });
  door.storageOrigin = undefined;
  door.storage = (_, response) => {
    response.writeHead(302, { location: "http://127.0.0.2:9" }).end();
    return true;
  };
  await expect((await brought()).get(update)).rejects.toMatchObject({ name: "DoorUntrusted" });
  door.storage = () => false;
  bucket.contents.set(update, new Uint8Array(4));
  await expect((await brought()).get(update)).rejects.toMatchObject({ name: "DoorUntrusted" });
});

test("a bucket that fails for now is no reason to refuse", async () => {
  const { brought, door } = await atDoor([update]);
  door.storage = (_, response) => {
    response.writeHead(500).end();
    return true;
  };
  await expect((await brought()).get(update)).rejects.toMatchObject({ name: "DoorUnreachable" });
});
