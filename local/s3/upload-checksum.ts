import type { IncomingHttpHeaders } from "node:http";
import { createChecksum, readAlgorithm } from "./checksums.ts";
import { S3Error } from "./errors.ts";
import type { StoredChecksum } from "./metadata.ts";
import type { Upload, UploadPart } from "./uploads.ts";

/** What CreateMultipartUpload asks for; the defaults and the pairs that exist are S3's. */
export function uploadChecksum(headers: IncomingHttpHeaders): Upload["checksum"] {
  const name = headers["x-amz-checksum-algorithm"]?.toString();
  const type = headers["x-amz-checksum-type"]?.toString();
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error("InvalidRequest", "x-amz-checksum-type needs x-amz-checksum-algorithm.");
  }
  const algorithm = readAlgorithm(name);
  // A CRC of the whole follows from those of the parts, a hash does not; CRC64NVME is defined for the whole only.
  const possible = { CRC64NVME: ["FULL_OBJECT"], SHA1: ["COMPOSITE"], SHA256: ["COMPOSITE"] } as const;
  const types =
    algorithm in possible
      ? possible[algorithm as keyof typeof possible]
      : (["COMPOSITE", "FULL_OBJECT"] as const);
  const chosen = type === undefined ? types[0] : types.find((known) => known === type);
  if (chosen === undefined) {
    throw new S3Error("InvalidRequest", `The checksum type ${type} cannot be used with ${algorithm}.`);
  }
  return { algorithm, type: chosen };
}

/** Checksum of the parts' checksums, with their number behind it. */
export function compositeChecksum(
  algorithm: StoredChecksum["algorithm"],
  parts: readonly UploadPart[],
): StoredChecksum {
  const digest = createChecksum(algorithm);
  for (const { checksum } of parts) digest.update(checksum ?? Buffer.alloc(0));
  return { algorithm, value: `${digest.digest().toString("base64")}-${parts.length}`, type: "COMPOSITE" };
}
