import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { sha256Hex } from "../shared/digest.ts";
import { objectTaken } from "../shared/errors.ts";
import type { ObjectSize } from "../shared/tensors/object-size.ts";
import { type DecodedTensors, encodeSafetensors, type Tensor } from "../shared/tensors/safetensors.ts";
import { mostRecordBytes } from "../shared/workflow/record-size.ts";
import { Bucket, type Writing, wayOut } from "./bucket.ts";
import { decodeTensors } from "./decode-tensors.ts";
import { openRecord, type SealedRecord, sealRecord } from "./sealed-records.ts";

/** The bucket that holds every object of a federation, with the formats that lie in it: sealed records, JSON, tensors. */
export class Objects extends Bucket {
  /**
   * @param most bytes that it may have
   * @throws ObjectMissing, or ObjectInvalid where it is larger, or not what its seal or the schema says; RecordsUnknown
   * where a later version wrote it
   */
  async getRecord<T>(key: string, schema: z.ZodType<T>, most?: number): Promise<T> {
    return (await this.getSealed(key, schema, most)).record;
  }

  /** The record, or undefined where there is none. @throws ObjectInvalid, RecordsUnknown */
  async findRecord<T>(key: string, schema: z.ZodType<T>, most?: number): Promise<T | undefined> {
    return (await this.findSealed(key, schema, most))?.record;
  }

  /** The record with who wrote it. @throws as getRecord */
  async getSealed<T>(key: string, schema: z.ZodType<T>, most = mostRecordBytes): Promise<SealedRecord<T>> {
    return openRecord(key, (await this.get(key, most)).bytes, schema);
  }

  /** The same, or undefined where there is none. @throws ObjectInvalid, RecordsUnknown */
  async findSealed<T>(
    key: string,
    schema: z.ZodType<T>,
    most = mostRecordBytes,
  ): Promise<SealedRecord<T> | undefined> {
    const found = await this.find(key, most);
    return found && openRecord(key, found.bytes, schema);
  }

  /**
   * @param most bytes that its readers take
   * @returns the seal of what stands then
   * @throws ObjectTooLarge; where it is written once, ObjectTaken if another record stands there, ObjectInvalid,
   * RecordsUnknown
   */
  async putRecord(key: string, record: object, most?: number, writing?: Writing): Promise<string> {
    const { text, seal } = await sealRecord(key, record, most);
    if (writing !== "once") {
      await this.put(key, text, "application/json", writing);
      return seal;
    }
    if (await this.putNew(key, text, "application/json")) return seal;
    const stands = await this.getSealed(key, z.unknown(), most);
    // another version may have come to it before, and have put its own name to it
    if (isDeepStrictEqual(stands.raw, JSON.parse(JSON.stringify(record)))) return stands.seal;
    throw objectTaken(`${key}: stands already and says something else than this, ${wayOut}`);
  }

  /**
   * Writes the record only where none is. Of several writers exactly one does.
   * @returns its seal, or undefined where there is one already
   */
  async putNewRecord(key: string, record: object, most?: number): Promise<string | undefined> {
    const { text, seal } = await sealRecord(key, record, most);
    return (await this.putNew(key, text, "application/json")) ? seal : undefined;
  }

  /**
   * Writes the record unless an earlier attempt has: of what no repetition repeats, the first counts.
   * @param most bytes that its readers take
   * @returns the record that stands
   * @throws ObjectTooLarge, ObjectInvalid, RecordsUnknown
   */
  async keepFirst<T extends object>(key: string, schema: z.ZodType<T>, record: T, most?: number): Promise<T> {
    return (await this.putNewRecord(key, record, most)) === undefined
      ? this.getRecord(key, schema, most)
      : record;
  }

  /** JSON whose form is not ours to choose: unsealed. */
  putJson(key: string, value: unknown): Promise<void> {
    return this.put(key, `${JSON.stringify(value, null, 2)}\n`, "application/json");
  }

  /**
   * @param size that it may have
   * @throws ObjectMissing or ObjectInvalid
   */
  async getTensors(key: string, { bytes: most, headerBytes }: ObjectSize): Promise<DecodedTensors> {
    return decodeTensors(key, (await this.get(key, most)).bytes, headerBytes);
  }

  /**
   * @returns SHA-256 of the object's bytes
   * @throws ObjectTaken as put
   */
  async putTensors(
    key: string,
    tensors: Tensor[],
    metadata: Record<string, string>,
    writing?: Writing,
  ): Promise<string> {
    const bytes = encodeSafetensors(tensors, metadata);
    await this.put(key, bytes, "application/octet-stream", writing);
    return sha256Hex(bytes);
  }
}
