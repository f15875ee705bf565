import { createHash } from "node:crypto";
import { GenerateMacCommand, type KMSClient } from "@aws-sdk/client-kms";
import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { parseHomeFile } from "../../owner/home-files.ts";
import { type KeyFile, keyFileSchema, type Mac } from "../../owner/key-file.ts";
import type { KeyStorage } from "../../owner/storage/home-storage.ts";
import { ownerHomeInvalid, ownerInvalid } from "../../shared/errors.ts";

/** An owner's keys in one encrypted parameter, which is written once and never over: as one invocation has them. */
export class ParameterKeys implements KeyStorage {
  readonly place: string;
  readonly mac: Mac | undefined;
  readonly #client: SSMClient;
  readonly #name: string;
  /** What was read: it is never another. */
  #file: KeyFile | undefined;

  /** @param mac where another service keeps the key of codes */
  constructor(client: SSMClient, name: string, mac: Mac | undefined) {
    this.place = `the parameter ${name}`;
    this.mac = mac;
    this.#client = client;
    this.#name = name;
  }

  async read(): Promise<KeyFile | undefined> {
    this.#file ??= await this.#read();
    return this.#file;
  }

  async #read(): Promise<KeyFile | undefined> {
    try {
      const command = new GetParameterCommand({ Name: this.#name, WithDecryption: true });
      const { Parameter } = await this.#client.send(command);
      const bytes = new TextEncoder().encode(Parameter?.Value ?? "");
      return parseHomeFile(bytes, keyFileSchema, this.place);
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  }

  async keep(first: KeyFile): Promise<KeyFile> {
    try {
      await this.#client.send(
        new PutParameterCommand({
          ...{ Name: this.#name, Value: JSON.stringify(first), Type: "SecureString", Overwrite: false },
          Description: "Private keys of a fedstep owner: its functions alone read them",
        }),
      );
    } catch (error) {
      if (!(error instanceof ParameterAlreadyExists)) throw error;
    }
    // of two first invocations at once one has written
    const kept = await this.read();
    if (kept) return kept;
    throw ownerHomeInvalid(`${this.place} is gone as soon as it was written`);
  }

  async replace(): Promise<void> {
    throw ownerInvalid(
      "an owner in an account of its own takes no new keys: deploy a stack of another name, ask to join by it, and have the " +
        "coordinator revoke the old key",
    );
  }
}

/** HMAC-SHA256 by a key that never leaves KMS, over SHA-256 of the parts: of a message it takes 4096 bytes at most. */
export function macInKms(client: KMSClient, keyId: string): Mac {
  return async (parts) => {
    const digest = createHash("sha256");
    for (const part of parts) digest.update(part);
    const message = Buffer.concat([Buffer.from("fedstep/mac\n"), digest.digest()]);
    const command = new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: "HMAC_SHA_256", Message: message });
    const { Mac } = await client.send(command);
    if (!Mac) throw ownerHomeInvalid(`KMS has made no code by the key ${keyId}`);
    return Mac;
  };
}
