import { createHash } from "node:crypto";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { outputNames } from "../../../cdk/outputs.ts";
import { localBucket } from "../../../local/assembly/names.ts";
import { type Emulator, startEmulator } from "../../../local/emulator.ts";
import type { AuthorizationRequest } from "../../../local/iam/authorize.ts";
import { federationKeys } from "../../../shared/layout.ts";
import { fingerprintOf } from "../../../shared/owners/identity.ts";
import { type Signer, sign } from "../../../shared/owners/signed.ts";
import { federation } from "../../functions/door/coordinator.ts";
import { settingsFor } from "../signing.ts";

/** What the door's role was allowed, or denied. */
export interface Decided extends AuthorizationRequest {
  readonly allowed: boolean;
}

/** The emulator with the door that is deployed, and what its role asks for. */
export async function openDoor(home: string) {
  const decided: Decided[] = [];
  const emulator = await startEmulator({
    home,
    decided: (asked, denied) => {
      if (asked.identity.role?.arn.endsWith("/fedstep-doorrole"))
        decided.push({ ...asked, allowed: denied === undefined });
    },
  });
  const url = doorOf(emulator);
  const s3 = new S3Client(settingsFor(emulator.url));
  const put = async (key: string, body: string | Uint8Array) => {
    await s3.send(new PutObjectCommand({ Bucket: localBucket, Key: key, Body: body, IfNoneMatch: "*" }));
  };
  return {
    ...{ emulator, url, decided, s3, put },
    /** Leaves a job for whoever has the key. */
    leave: async (key: string, slot: unknown) => {
      const Key = federationKeys.waitingJob(federation, fingerprintOf(key));
      const Body = typeof slot === "string" ? slot : JSON.stringify(slot);
      await s3.send(new PutObjectCommand({ Bucket: localBucket, Key, Body }));
    },
    ask: (signer: Signer, fields: object) => askDoor(url, signer, fields),
    async [Symbol.asyncDispose]() {
      s3.destroy();
      await emulator.close();
    },
  };
}

export function doorOf({ assembly }: Emulator): string {
  return assembly.stack.outputs.find(({ name }) => name === outputNames.doorUrl)?.value ?? "";
}

/** A request of an owner's, signed now. */
export async function askDoor(url: string, signer: Signer, fields: object): Promise<HttpAnswer> {
  const content = { federation, door: new URL(url).host, at: new Date().toISOString(), ...fields };
  const body = JSON.stringify(await sign("door", content, signer));
  return send("POST", url, { "content-type": "application/json" }, body);
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** By HTTP as it is told, lengths that are not so included, which fetch would mend. */
export function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = "",
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      text(answer).then((read) => resolve({ status: answer.statusCode ?? 0, text: read }), reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

export const base64Sha256 = (bytes: string | Uint8Array) =>
  createHash("sha256").update(bytes).digest("base64");
export const hexSha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
