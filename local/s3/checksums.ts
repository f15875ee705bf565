import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { createCrc32, createCrc32c, createCrc64Nvme, type Digest } from "./crc.ts";
import { notImplemented, S3Error } from "./errors.ts";

export const checksumAlgorithms = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** COMPOSITE: of the parts' checksums. FULL_OBJECT: of the object's bytes. */
export type ChecksumType = "COMPOSITE" | "FULL_OBJECT";

const makers: Readonly<Record<ChecksumAlgorithm, { bytes: number; create: () => Digest }>> = {
  CRC32: { bytes: 4, create: createCrc32 },
  CRC32C: { bytes: 4, create: createCrc32c },
  CRC64NVME: { bytes: 8, create: createCrc64Nvme },
  SHA1: { bytes: 20, create: () => createHash("sha1") },
  SHA256: { bytes: 32, create: () => createHash("sha256") },
};

export const createChecksum = (algorithm: ChecksumAlgorithm): Digest => makers[algorithm].create();

export const checksumHeader = (algorithm: ChecksumAlgorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`;

export const checksumHeaders = checksumAlgorithms.map(checksumHeader);

/** ChecksumCRC32 and so on: what the XML documents call it. */
export const checksumElement = (algorithm: ChecksumAlgorithm) => `Checksum${algorithm}` as const;

const algorithmOfHeader = new Map(checksumAlgorithms.map((name) => [checksumHeader(name), name]));

/** What the sender says that the body's checksum is: in a header, or in a trailer once the body has been sent. */
export interface ChecksumClaim {
  readonly algorithm: ChecksumAlgorithm;
  /** undefined while it is still to come in the trailer */
  readonly value: string | undefined;
}

export function claimedChecksum(headers: IncomingHttpHeaders): ChecksumClaim | undefined {
  const claims: ChecksumClaim[] = [];
  for (const [name, algorithm] of algorithmOfHeader) {
    const value = headers[name];
    if (typeof value === "string") claims.push({ algorithm, value: checkedForm(algorithm, value) });
  }
  const trailer = headers["x-amz-trailer"];
  if (typeof trailer === "string") {
    const algorithm = algorithmOfHeader.get(trailer.trim().toLowerCase());
    if (algorithm === undefined) throw notImplemented(`the trailer ${trailer}`);
    claims.push({ algorithm, value: undefined });
  }
  if (claims.length > 1) {
    throw new S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple were given.");
  }
  const named = headers["x-amz-sdk-checksum-algorithm"];
  if (typeof named === "string" && claims[0]?.algorithm !== named.toUpperCase()) {
    throw new S3Error(
      "InvalidRequest",
      `x-amz-sdk-checksum-algorithm is ${named}, but no such x-amz-checksum- header or trailer was found.`,
    );
  }
  return claims[0];
}

/** @returns the value, once it looks like a checksum of that algorithm in base64 */
export function checkedForm(algorithm: ChecksumAlgorithm, value: string): string {
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== makers[algorithm].bytes || bytes.toString("base64") !== value) {
    throw new S3Error("InvalidRequest", `Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  return value;
}

export function readAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = checksumAlgorithms.find((known) => known === name.toUpperCase());
  if (algorithm === undefined) throw notImplemented(`the checksum algorithm ${name}`);
  return algorithm;
}
