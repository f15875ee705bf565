import {
  type _Object,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { FedstepError, objectInvalid, objectMissing, objectTaken } from "../shared/errors.ts";
import { readBody } from "./bounded-body.ts";
import { notRemoved, storageFailure } from "./failures.ts";
import { listingPages } from "./listing-pages.ts";
import { putWhereNone } from "./put-where-none.ts";

/** An object's bytes and the tag of this version of it. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** An object as a list names it. */
export interface Entry {
  readonly key: string;
  readonly modified: Date;
}

/**
 * How an object is written. "once": where it stands already with the same bytes, it is written; with others, that is an
 * error. "unread" is the same by whoever may not read it: what stands there counts as its own, and whoever reads it knows the
 * digest that was told beside it. "over": whatever stood there.
 */
export type Writing = "once" | "unread" | "over";

/** What a person does about an object that is written once and is not what it should be. */
export const wayOut =
  "and is written once: have it removed, with what was made after it, and resume the run, or start another one";

/**
 * A bucket's objects as bytes. Whatever it is asked, it throws StorageUnavailable where S3 fails for a time that the SDK's
 * own repetitions do not outlast.
 */
export class Bucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /**
   * @param most bytes that it may have: of a larger one nothing is read
   * @throws ObjectMissing, or ObjectInvalid where it is larger
   */
  async get(key: string, most: number): Promise<StoredObject> {
    const found = await this.#fetch(key, most);
    if (found === "unchanged")
      throw objectInvalid(`${key}: answered "not modified" without having been asked`);
    return found;
  }

  /** The same, or undefined where there is none. @throws ObjectInvalid */
  async find(key: string, most: number): Promise<StoredObject | undefined> {
    try {
      return await this.get(key, most);
    } catch (error) {
      if (error instanceof FedstepError && error.name === "ObjectMissing") return undefined;
      throw error;
    }
  }

  /**
   * The same, or "unchanged" where its tag is still the given one.
   * @throws ObjectMissing or ObjectInvalid
   */
  getUnlessUnchanged(key: string, most: number, etag: string): Promise<StoredObject | "unchanged"> {
    return this.#fetch(key, most, etag);
  }

  async exists(key: string): Promise<boolean> {
    try {
      await this.#ask(key, this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key })));
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  }

  /** @throws ObjectTaken where it is written once, and others bytes stand there */
  async put(
    key: string,
    bytes: Uint8Array | string,
    contentType: string,
    writing: Writing = "over",
  ): Promise<void> {
    if (writing !== "over") {
      // who may not read it may not look either where the answer to a first try was lost
      const isOurs = writing === "unread" ? async () => true : undefined;
      if ((await this.putNew(key, bytes, contentType, isOurs)) || writing === "unread") return;
      if (await this.#holds(key, Buffer.from(bytes))) return;
      throw objectTaken(`${key}: stands already with other bytes than these, ${wayOut}`);
    }
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: bytes,
      ContentType: contentType,
    });
    await this.#ask(key, this.#client.send(command));
  }

  async remove(key: string): Promise<void> {
    await this.#ask(key, this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key })));
  }

  /** All objects below a prefix, in the order of their keys' bytes, with when each was written. */
  async entries(prefix: string): Promise<Entry[]> {
    const found: Entry[] = [];
    for await (const { Key: key, LastModified: modified } of this.#below(prefix)) {
      if (key !== undefined && modified) found.push({ key, modified });
    }
    return found;
  }

  /** All keys below a prefix, in the order of their bytes. */
  async list(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { Key } of this.#below(prefix)) if (Key !== undefined) found.push(Key);
    return found;
  }

  /** Bytes of all objects below a prefix. */
  async sizeBelow(prefix: string): Promise<number> {
    return (await this.countBelow(prefix)).bytes;
  }

  async countBelow(prefix: string): Promise<{ objects: number; bytes: number }> {
    const found = { objects: 0, bytes: 0 };
    for await (const { Size = 0 } of this.#below(prefix)) {
      found.objects++;
      found.bytes += Size;
    }
    return found;
  }

  async *#below(prefix: string): AsyncGenerator<_Object> {
    for await (const { Contents } of this.#pages(prefix)) yield* Contents ?? [];
  }

  #pages(prefix: string, delimiter?: string): AsyncGenerator<ListObjectsV2CommandOutput> {
    const asked = { Bucket: this.#bucket, Prefix: prefix, ...(delimiter && { Delimiter: delimiter }) };
    return listingPages(
      (token?: string) => {
        const command = new ListObjectsV2Command({ ...asked, ...(token && { ContinuationToken: token }) });
        return this.#ask(prefix, this.#client.send(command));
      },
      ({ NextContinuationToken }) => NextContinuationToken,
    );
  }

  /** Removes every object below a prefix, or those of them whose keys are wanted. */
  async removeAll(prefix: string, wanted: (key: string) => boolean = () => true): Promise<void> {
    for await (const { Contents } of this.#pages(prefix)) {
      const found = (Contents ?? []).flatMap(({ Key }) =>
        Key !== undefined && wanted(Key) ? [{ Key }] : [],
      );
      if (found.length === 0) continue;
      const command = new DeleteObjectsCommand({
        Bucket: this.#bucket,
        Delete: { Objects: found, Quiet: true },
      });
      const { Errors } = await this.#ask(prefix, this.#client.send(command));
      const [refused] = Errors ?? [];
      if (refused) throw notRemoved(refused);
    }
  }

  /** Writes the object only where none is; says whether it did. Of several writers exactly one does. */
  putNew(
    key: string,
    bytes: Uint8Array | string,
    contentType: string,
    isOurs = () => this.#holds(key, Buffer.from(bytes)),
  ): Promise<boolean> {
    const object = { Bucket: this.#bucket, Key: key, Body: bytes, ContentType: contentType };
    return this.#ask(key, putWhereNone(this.#client, object, isOurs));
  }

  /**
   * Writes over what stood there when it was read.
   * @param etag of what was read; undefined where there was none
   * @returns whether it did: not where somebody else has written it meanwhile
   */
  async putOver(
    key: string,
    bytes: Uint8Array | string,
    contentType: string,
    etag: string | undefined,
  ): Promise<boolean> {
    if (etag === undefined) return this.putNew(key, bytes, contentType);
    const object = { Bucket: this.#bucket, Key: key, Body: bytes, ContentType: contentType };
    try {
      await this.#ask(key, this.#client.send(new PutObjectCommand({ ...object, IfMatch: etag })));
      return true;
    } catch (error) {
      if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
      // the answer to a first try of ours may have been lost on its way
      return (error.$metadata.attempts ?? 1) > 1 && (await this.#holds(key, Buffer.from(bytes)));
    }
  }

  async #holds(key: string, bytes: Uint8Array): Promise<boolean> {
    try {
      return Buffer.compare((await this.get(key, bytes.length)).bytes, bytes) === 0;
    } catch (error) {
      // it is larger
      if (error instanceof FedstepError && error.name === "ObjectInvalid") return false;
      throw error;
    }
  }

  /** The distinct first path segments below a prefix that ends with "/". */
  async listFolders(prefix: string): Promise<string[]> {
    const folders: string[] = [];
    for await (const { CommonPrefixes } of this.#pages(prefix, "/")) {
      for (const { Prefix } of CommonPrefixes ?? []) {
        if (Prefix) folders.push(Prefix.slice(prefix.length, -1));
      }
    }
    return folders;
  }

  async #ask<T>(key: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw storageFailure(key, error);
    }
  }

  async #fetch(key: string, most: number, etag?: string): Promise<StoredObject | "unchanged"> {
    try {
      const command = new GetObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        ...(etag && { IfNoneMatch: etag }),
      });
      const response = await this.#ask(key, this.#client.send(command));
      return { bytes: await this.#ask(key, readBody(key, response, most)), etag: response.ETag ?? "" };
    } catch (error) {
      if (error instanceof NoSuchKey) throw objectMissing(`there is no object ${key}`, { cause: error });
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 304) return "unchanged";
      throw error;
    }
  }
}
