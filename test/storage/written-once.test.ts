import { expect, test } from "vitest";
import * as z from "zod";
import { MemoryBucket } from "../functions/memory-bucket.ts";

const key = "runs/r/expenses.json";
const schema = z.object({ seconds: z.number() });

test("of what no repetition repeats, whoever comes later goes on from the first", async () => {
  const { objects, contents } = new MemoryBucket();
  expect(await objects.keepFirst(key, schema, { seconds: 1 })).toEqual({ seconds: 1 });
  const first = contents.get(key);
  expect(await objects.keepFirst(key, schema, { seconds: 2 })).toEqual({ seconds: 1 });
  expect(contents.get(key)).toEqual(first);
});

test("what is written once stays, and other bytes than its own are an error to who may read them", async () => {
  const { objects, contents } = new MemoryBucket();
  const put = (text: string, writing: "once" | "unread") => objects.put(key, text, "text/plain", writing);
  await put("first", "once");
  await put("first", "once");
  await put("other", "unread");
  await expect(put("other", "once")).rejects.toMatchObject({
    name: "ObjectTaken",
    message: expect.stringMatching(`^${key}: stands already with other bytes .* resume the run`),
  });
  expect(Buffer.from(contents.get(key) ?? []).toString()).toBe("first");
});
