import { createHash } from "node:crypto";
import { type BigIntStats, readSync } from "node:fs";
import { z } from "zod";
import { checksumAlgorithms } from "./checksums.ts";

const checksumSchema = z.strictObject({
  algorithm: z.enum(checksumAlgorithms),
  /** base64; of a composite one with "-" and the number of parts */
  value: z.string(),
  type: z.enum(["COMPOSITE", "FULL_OBJECT"]),
});
export type StoredChecksum = z.infer<typeof checksumSchema>;

/** Header fields that are sent back as they came, by their names on the wire. */
export const storedHeadersSchema = z.record(z.string(), z.string());
export type StoredHeaders = z.infer<typeof storedHeadersSchema>;

/** What is known of an object beside its bytes. */
export const metadataSchema = z.strictObject({
  key: z.string(),
  /** hexadecimal, without quotes */
  etag: z.string().regex(/^[0-9a-f]{32}(-\d+)?$/),
  headers: storedHeadersSchema,
  checksum: checksumSchema.optional(),
});
export type Metadata = z.infer<typeof metadataSchema>;

/** Of two files with the same identity one is the other; a rename keeps it. */
export function fileIdentity({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino.toString(36)}-${mtimeNs.toString(36)}-${size.toString(36)}`;
}

/** For bytes that a person put there without metadata. */
export function metadataOfFile(fd: number, size: number, key: string): Metadata {
  const hash = createHash("md5");
  const buffer = Buffer.allocUnsafe(Math.min(size + 1, 1024 * 1024));
  let at = 0;
  for (let read = -1; read !== 0; at += read) {
    read = readSync(fd, buffer, 0, buffer.length, at);
    hash.update(buffer.subarray(0, read));
  }
  return { key, etag: hash.digest("hex"), headers: {} };
}
