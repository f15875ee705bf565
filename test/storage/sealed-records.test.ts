import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { arithmetic, recordFormat, version } from "../../shared/version.ts";
import { openRecord, sealRecord } from "../../storage/sealed-records.ts";

const schema = z.object({ round: z.number(), accuracy: z.number(), note: z.string().optional() });
const key = "runs/r/rounds/00003/metrics.json";
const record = { round: 3, accuracy: 0.8725490196078431, note: undefined };
const bytesOf = (text: string) => new TextEncoder().encode(text);
const open = (text: string, at = key) => openRecord(at, bytesOf(text), schema);

/** The seal by its definition: over the key, a line feed and the JSON of the rest. */
async function resealed(value: object): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytesOf(`${key}\n${JSON.stringify(value)}`));
  return JSON.stringify({ ...value, seal: Buffer.from(digest).toString("hex") });
}

describe("a sealed record", () => {
  test("is not written where nobody would read it", async () => {
    const bytes = Buffer.byteLength((await sealRecord(key, record)).text);
    await expect(sealRecord(key, record, bytes)).resolves.toBeDefined();
    await expect(sealRecord(key, record, bytes - 1)).rejects.toMatchObject({
      name: "ObjectTooLarge",
      message: expect.stringMatching(
        new RegExp(`^${key}: would have ${bytes} bytes, and at most ${bytes - 1} `),
      ),
    });
  });

  test("is read as it was written, with who wrote it", async () => {
    const { text, seal } = await sealRecord(key, record);
    expect(await open(text)).toEqual({
      record: { round: 3, accuracy: record.accuracy },
      raw: { round: 3, accuracy: record.accuracy },
      writer: { version, format: recordFormat, arithmetic },
      seal,
    });
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  });

  test("with any one bit flipped says the same or is refused by its key", async () => {
    const { text } = await sealRecord(key, record);
    const good = await open(text);
    await fc.assert(
      fc.asyncProperty(fc.noBias(fc.nat(8 * text.length - 1)), async (bit) => {
        const bytes = bytesOf(text);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const outcome = await openRecord(key, bytes, schema).catch((error: unknown) => error);
        if (!(outcome instanceof Error)) return expect(outcome).toEqual(good);
        expect(outcome).toMatchObject({ name: "ObjectInvalid", message: expect.stringContaining(key) });
      }),
      { numRuns: 1_000 },
    );
  });

  test("is not taken for the record of another key", async () => {
    const { text } = await sealRecord(key, record);
    await expect(open(text, "runs/r/rounds/00004/metrics.json")).rejects.toThrow(/was damaged or changed/);
  });

  test("is refused without its seal, and without its writer", async () => {
    const { seal, writer, ...content } = JSON.parse((await sealRecord(key, record)).text);
    await expect(open(JSON.stringify({ ...content, writer }))).rejects.toThrow(/its seal is undefined/);
    await expect(open(JSON.stringify({ ...content, seal }))).rejects.toThrow(/was damaged or changed/);
  });

  test("of a later version is refused by that version's name", async () => {
    const later = { ...record, writer: { version: "7.1.0", format: 9, arithmetic: 3 } };
    await expect(open(await resealed(later))).rejects.toMatchObject({
      name: "RecordsUnknown",
      message: expect.stringMatching(/fedstep 7\.1\.0 \(format 9, .*take fedstep 7\.1\.0, or later ones$/),
    });
  });

  test("of 0.1.0, which sealed none, is read as one of format 0", async () => {
    expect(await open(JSON.stringify(record))).toMatchObject({
      record: { round: 3 },
      writer: { version: "0.1.0", format: 0, arithmetic: 0 },
      seal: "",
    });
  });
});
