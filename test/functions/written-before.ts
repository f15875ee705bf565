import { createHash } from "node:crypto";
import type { MemoryBucket } from "./memory-bucket.ts";

/** Seals a record anew as another version would have, and with other values of some fields. */
export function writtenBefore(bucket: MemoryBucket, key: string, changed: object = {}): void {
  const { seal: _, writer, ...said } = bucket.json(key) as { seal: string; writer: object };
  const content = { ...said, ...changed, writer: { ...writer, version: "0.1.9" } };
  const seal = createHash("sha256")
    .update(`${key}\n${JSON.stringify(content)}`)
    .digest("hex");
  bucket.contents.set(key, Buffer.from(JSON.stringify({ ...content, seal }, null, 2)));
}
