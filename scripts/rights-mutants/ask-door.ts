import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { localBucket } from "../../local/assembly/names.ts";
import type { Emulator } from "../../local/emulator.ts";
import { newToken } from "../../local/stepfunctions/task-tokens.ts";
import { federationKeys } from "../../shared/layout.ts";
import { jobSha256 } from "../../shared/owners/door-protocol.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { federation, job, slotOf } from "../../test/functions/door/coordinator.ts";
import { askDoor, doorOf, hexSha256, send } from "../../test/local/door/open-door.ts";
import { settingsFor } from "../../test/local/signing.ts";
import { newSigner } from "../../test/shared/owners/keys.ts";

/**
 * What an owner asks at the door for one job, from the first request to the last, and by the addresses that it gets: nobody
 * waits for it, and rights are asked for before that is found.
 */
export async function askForAJob(emulator: Emulator): Promise<void> {
  const owner = await newSigner();
  const door = doorOf(emulator);
  const s3 = new S3Client(settingsFor(emulator.url));
  const slot = slotOf({ token: newToken(), enteredAt: new Date().toISOString() });
  const Key = federationKeys.waitingJob(federation, fingerprintOf(owner.key));
  await s3.send(new PutObjectCommand({ Bucket: localBucket, Key, Body: JSON.stringify(slot) }));
  s3.destroy();

  const ask = async (fields: object) => JSON.parse((await askDoor(door, owner, fields)).text);
  const { reads } = await ask({ ask: "job", working: null, done: null, since: null });
  for (const { url } of reads) await send("GET", url);
  const digest = jobSha256(job);
  await ask({ ask: "job", working: digest, done: null, since: null });
  const bytes = "an update";
  const update = { job: digest, bytes: bytes.length, sha256: hexSha256(bytes) };
  const { put } = await ask({ ask: "send", ...update });
  const sent = await send("PUT", put.url, put.headers, bytes);
  if (sent.status !== 200) throw new Error(`the update was answered with ${sent.status}`);
  await ask({ ask: "done", ...update });
  await ask({ ask: "decline", job: digest, refusal: "OwnerPaused" });
}
