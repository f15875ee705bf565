import type { MemoryBucket } from "../../functions/memory-bucket.ts";

/** Changes a record as somebody would who knows the format: sealed again. */
export async function editRecord<T extends object>(
  bucket: MemoryBucket,
  key: string,
  change: (record: T) => void,
): Promise<void> {
  const { seal, writer, ...record } = bucket.json(key) as T & { seal: string; writer: object };
  change(record as unknown as T);
  await bucket.objects.putRecord(key, record);
}
