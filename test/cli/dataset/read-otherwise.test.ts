import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeIdxPair } from "../../../shared/dataset/idx.ts";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { fedstep, temporaryFolder } from "../terminal.ts";
import { labelled, owners, refusal, rows, single } from "./written.ts";

/** Data that can be read as something that nobody meant, and is read right or refused. */

const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("bytes that are not UTF-8", () => {
  it("are read as Windows-1252 with a word, in labels as in columns", async () => {
    const labels = await single(latin1("dose,y\n0,bon\n1,très\n2,trûs\n3,bon\n"));
    expect(labels.classNames).toEqual(["bon", "très", "trûs"]);
    expect(labels.notes).toContainEqual(
      expect.stringMatching(/t\.csv: Windows-1252, since line 3 is no UTF-8: there it says "1,très"/),
    );
    const columns = { "a.csv": latin1("hôhe,y\n0,0\n1,1\n"), "b.csv": latin1("hähe,y\n0,0\n1,1\n") };
    expect(await refusal(owners(columns))).toMatch(/b\.csv has other columns than .*it lacks "hôhe"/);
    expect((await single("a,y\n0,très\n1,bon\n2,très\n")).classNames).toEqual(["bon", "très"]);
  });

  it("are refused in a file of UTF-8 that is damaged, and where UTF-8 was said", async () => {
    const damaged = Buffer.concat([Buffer.from("a,y\n0,très\n1,bon\n"), latin1("2,trûs\n")]);
    expect(await refusal(single(damaged))).toMatch(
      /t\.csv is not UTF-8: line 4 .*Windows-1252.*"2,trûs".*iconv/,
    );
    const mixed = Buffer.concat([latin1("a,y\n0,trûs\n1,bon\n"), Buffer.from("2,très\n")]);
    expect(await refusal(single(mixed))).toMatch(
      /t\.csv mixes encodings: "très" is UTF-8.*--csv windows-1252/,
    );
    const latin = latin1("dose,y\n0,bon\n1,très\n");
    expect(await refusal(single(latin, { label: "y", csv: { encoding: "utf-8" } }))).toMatch(
      /is not UTF-8: line 3/,
    );
    const neither = Buffer.from([...latin1("a,y\n0,bon\n1,tr"), 0x8d, 0x0a]);
    expect(await refusal(single(neither))).toMatch(/neither UTF-8 nor Windows-1252/);
  });

  it("are refused in --classes, --config and in the rows to predict from", async () => {
    const classes = await fedstep(["run", "--classes", "a,tr\ufffds"]);
    expect(classes).toMatchObject({ code: 2, said: expect.stringMatching(/not UTF-8/) });
    const file = join(temporaryFolder(), "config.json");
    writeFileSync(file, latin1('{"preset": "éc"}'));
    const config = await fedstep(["run", "--config", file]);
    expect(config).toMatchObject({
      code: 2,
      said: expect.stringMatching(/config\.json is not UTF-8: line 1/),
    });
  });
});

describe("labels", () => {
  it("that are different numbers are different classes, however large", async () => {
    const large = await single(
      `a,y\n${rows(12, String, (i) => ["9007199254740992", "9007199254740993"][i % 2] ?? "")}`,
    );
    expect(large.classNames).toEqual(["9007199254740992", "9007199254740993"]);
    const huge = await single(`a,y\n${rows(12, String, (i) => ["1e500", "1e400", "2"][i % 3] ?? "")}`);
    expect(huge.classNames).toEqual(["2", "1e400", "1e500"]);
    expect([...huge.examples.y]).toEqual(Array.from({ length: 12 }, (_, i) => [2, 1, 0][i % 3]));
  });

  it("of IDX files that are int32 do not pass through float32", () => {
    const pixels = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 5, 6);
    const labels = Buffer.alloc(16);
    labels.set([0, 0, 0x0c, 1]);
    labels.writeInt32BE(2, 4);
    labels.writeInt32BE(2 ** 24, 8);
    labels.writeInt32BE(2 ** 24 + 1, 12);
    const { examples } = decodeIdxPair({ label: "x", bytes: pixels }, { label: "y", bytes: labels });
    expect([...examples.y]).toEqual([2 ** 24, 2 ** 24 + 1]);
  });

  it.each(["nan", "NaN", "-inf", "NA", "n/a", "null", "?"])("among numbers have no gap: %s", async (gap) => {
    const text = `a,y\n${rows(6, String, (i) => (i === 4 ? gap : (["0", "1", "1.0"][i % 3] ?? "")))}`;
    expect(await refusal(single(text))).toMatch(
      /t\.csv: line 6, column "y": the label .* stands among numbers/,
    );
    // listed, it is a name among names, which are taken as they stand
    const named = text.replaceAll("1.0", "1");
    expect((await single(named, { label: "y", classes: ["0", "1", gap] })).classes).toBe(3);
  });

  it("that are names may be called NA", async () => {
    expect((await single("a,y\n1,EU\n2,NA\n3,EU\n")).classNames).toEqual(["EU", "NA"]);
  });

  it.each([
    ["a blank", '"yes "'],
    ["a blank that does not break", '"yes\u00a0"'],
    ["nothing that is seen", "y\u200bes"],
    ["full width", "ｙｅｓ"],
  ])("that differ in %s are refused", async (_, other) => {
    const text = `a,y\n1,yes\n2,${other}\n3,no\n`;
    expect(await refusal(single(text))).toMatch(
      /line 3, column "y": the label .* looks like "yes" \(.*line 2/,
    );
  });
});

describe("owners who write labels in other words", () => {
  it.each([
    ["numbers and words", ["0", "1"], ["no", "yes"]],
    ["small and capital letters", ["no", "yes"], ["No", "Yes"]],
    ["two languages", ["no", "yes"], ["nein", "ja"]],
    ["some words in capitals", ["no", "yes", "unsure"], ["no", "YES"]],
  ])("are not led into a model of both: %s", async (_, one, other) => {
    const files = { "alder.csv": labelled(...one, ...one), "birch.csv": labelled(...other, ...other) };
    const message = await refusal(owners(files));
    expect(message).toMatch(
      /alder and birch may mean the same by other words: write column "y" the same way/,
    );
    expect(message).not.toMatch(/--classes \S*,/);
    const { notes } = await owners(files, { label: "y", classes: [...new Set([...one, ...other])] });
    expect(notes).toContainEqual(
      expect.stringMatching(/alder has .*, and birch has .*: they are different classes/),
    );
  });
});

describe("safetensors as others write them", () => {
  const x = { name: "x", shape: [6, 3], data: Uint8Array.from({ length: 18 }, (_, i) => i) };
  const y = { name: "y", shape: [6], data: Int32Array.of(0, 1, 2, 0, 1, 2) };

  /** The format itself asks for no alignment: x before y, and a header of any length. */
  function written(
    padding: number,
    others: Record<string, { dtype: string; bytes: number }> = {},
  ): Uint8Array {
    let end = 18;
    const header: Record<string, unknown> = { x: { dtype: "U8", shape: [6, 3], data_offsets: [0, end] } };
    for (const [name, { dtype, bytes }] of Object.entries(others)) {
      header[name] = { dtype, shape: [bytes / 2], data_offsets: [end, end + bytes] };
      end += bytes;
    }
    header.y = { dtype: "I32", shape: [6], data_offsets: [end, end + 24] };
    const json = Buffer.from(JSON.stringify(header) + " ".repeat(padding));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(json.length));
    const middle = Buffer.alloc(end - 18, 7);
    return Buffer.concat([size, json, Buffer.from(x.data), middle, Buffer.from(y.data.buffer)]);
  }

  const expected = async (content: Uint8Array, name = "t.safetensors") => {
    const { examples } = await single(content, {}, name);
    expect([...examples.x]).toEqual([...x.data]);
    expect([...examples.y]).toEqual([...y.data]);
  };

  it.each([0, 1, 2, 3, 4, 5, 6, 7])("are read where the header is padded by %i", async (padding) => {
    await expected(written(padding));
    await expected(gzipSync(written(padding)), "t.safetensors.gz");
  });

  it("are read where they hold other tensors, of types that fedstep does not know", async () => {
    await expected(written(1, { half: { dtype: "F16", bytes: 6 }, eight: { dtype: "F8_E4M3", bytes: 4 } }));
  });

  it("are read as fedstep writes them", () => expected(encodeSafetensors([x, y])));
});
