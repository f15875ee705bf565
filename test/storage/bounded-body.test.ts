import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { Objects } from "../../storage/objects.ts";
import { bucket, clientOf } from "../local/s3/endpoint.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** What answers for S3: so many bytes for every object, of which it says how many they are, or not. */
async function answering(of: { size: number; says: boolean }) {
  const seen = { sent: 0, cut: 0 };
  const server = createServer((_, response) => {
    if (of.says) response.setHeader("content-length", of.size);
    response.on("close", () => {
      if (!response.writableFinished) seen.cut++;
    });
    let left = of.size;
    const more = () => {
      if (response.destroyed) return;
      if (left === 0) {
        response.end();
        return;
      }
      const part = Buffer.alloc(Math.min(left, 65_536), 1);
      left -= part.length;
      seen.sent += part.length;
      response.write(part, () => setImmediate(more));
    };
    response.flushHeaders();
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const s3 = clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closers.push(() => {
    s3.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { objects: new Objects(s3, bucket), of, seen };
}

describe.each([
  ["that says its length", true],
  ["that does not", false],
])("an object in an answer %s", (_, says) => {
  test("is read where it has at most as many bytes as its reader takes, and else refused by key, size and limit", async () => {
    const service = await answering({ size: 0, says });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 200_000 }), fc.integer({ min: -3, max: 3 }), async (most, more) => {
        const size = Math.max(0, most + more);
        service.of.size = size;
        const read = service.objects.get("a/key", most).then(({ bytes }) => bytes.length);
        const told = await read.catch((error: unknown) => String(error));
        if (size <= most) expect(told).toBe(size);
        else {
          const said = `^ObjectInvalid: a/key: has ${size} bytes( or more)?, and at most ${most} are read$`;
          expect(told).toMatch(new RegExp(said));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("that would never end is not waited for", async () => {
    const { objects, seen } = await answering({ size: 2 ** 50, says });
    await expect(objects.get("a/key", 100_000)).rejects.toThrow(/^a\/key: has \d+ bytes.* 100000 are read$/);
    await expect.poll(() => seen.cut).toBe(1);
    // what fits into the buffers on the way
    expect(seen.sent).toBeLessThan(2 ** 25);
  });
});
