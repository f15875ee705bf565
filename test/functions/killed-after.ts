import { MemoryBucket } from "./memory-bucket.ts";

/** What ends a process that has no writes left. */
export class Killed extends Error {}

/** A bucket of the same contents that takes so many objects more, as from a process that is killed then. */
export function killedAfter(bucket: MemoryBucket, writes: number): MemoryBucket {
  const cut = new MemoryBucket();
  let left = writes;
  const set = cut.contents.set.bind(cut.contents);
  for (const [key, bytes] of bucket.contents) set(key, bytes);
  cut.contents.set = (key, bytes) => {
    if (left-- <= 0) throw new Killed();
    bucket.contents.set(key, bytes);
    return set(key, bytes);
  };
  return cut;
}
