import { describe, expect, it } from "vitest";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { owners, rows, single } from "./written.ts";

const half = (i: number) => String(i % 2);
const one = (count: number, value: (i: number) => string) => `a,y\n${rows(count, value, half)}\n`;
const notesOf = async (count: number, value: (i: number) => string) =>
  (await single(one(count, value))).notes;

describe("a column of different values that float32 takes for one another", () => {
  it("is said", async () => {
    expect(await notesOf(30, (i) => String(1e9 + i))).toContainEqual(
      expect.stringMatching(
        /t\.csv: column "a" has values from 1000000000 to 1000000029, and float32.*steps of 64.*all are one to the model; subtract a constant/,
      ),
    );
    expect(await notesOf(30, (i) => String(5e6 + i * 0.1))).toContainEqual(
      expect.stringMatching(/30 different values are 7 to the model; subtract a constant/),
    );
  });

  it("is said where an outlier makes its range wide", async () => {
    const times = (i: number) => (i === 3 ? "0" : String(1_700_000_000 + i));
    expect(await notesOf(24, times)).toContainEqual(
      expect.stringMatching(
        /from 0 to 1700000023, .*steps of 128 at 17000000.*24 different values are 2 to the model/,
      ),
    );
  });

  it("is said where only all owners together have them", async () => {
    const { notes } = await owners({
      "a.csv": one(12, (i) => String(16_777_216 + 2 * i)),
      "b.csv": one(12, (i) => String(16_777_217 + 2 * i)),
    });
    expect(notes).toContainEqual(
      expect.stringMatching(/^column "a" has values .*24 different values are 13 to/),
    );
  });

  it("of numbers next to nothing is not helped by subtraction", async () => {
    const notes = await notesOf(24, (i) => `${(i % 9) + 1}e-46`);
    expect(notes).toEqual([expect.stringMatching(/1e-46 to 9e-46, .*multiply the column by a constant$/)]);
    expect(await notesOf(24, (i) => `${(i % 7) + 1}e-44`)).toEqual([]);
  });

  it("is not one whose values differ in the last digits of a calculation", async () => {
    const sums = [0.1 + 0.2, 0.3, 0.7 + 0.1, 0.8, 1.1];
    expect(await notesOf(40, (i) => String(sums[i % 5]))).toEqual([]);
  });

  it("is not one of times far enough apart, nor of fractions", async () => {
    expect(await notesOf(60, (i) => String(1_700_000_000 - (1_700_000_000 % 128) + 128 * (i % 29)))).toEqual(
      [],
    );
    expect(await notesOf(60, (i) => String(((i * 7) % 29) / 10))).toEqual([]);
  });
});

describe("a column with another whole number in every row", () => {
  it("is said to be a feature", async () => {
    const counter = await single(`row,a,y\n${rows(40, String, (i) => String((i * 7) % 5), half)}`);
    expect(counter.notes).toEqual([
      expect.stringMatching(/column "row" has another whole number .* a counter of rows/),
    ]);
    expect(await notesOf(40, (i) => String(i + 0.5))).toEqual([]);
    expect(await notesOf(19, String)).toEqual([]);
  });

  it("is said of all owners at once, whose rows count together, though an id be there twice", async () => {
    const { notes } = await owners({
      "north.csv": one(12, String),
      "south.csv": one(12, (i) => String(2 * i)),
    });
    expect(notes).toEqual([
      expect.stringMatching(
        /north\.csv, .*south\.csv: column "a" has another whole number .*24 in all, as an id has/,
      ),
    ]);
  });

  it("is said of the owner whose file is long enough, where others have no such column", async () => {
    const files = {
      "north.csv": one(30, String),
      "south.csv": one(30, (i) => String(i % 9)),
      "west.csv": one(4, String),
    };
    expect((await owners(files)).notes).toEqual([expect.stringMatching(/^\S*north\.csv: column "a"/)]);
  });
});

describe("a column of one value", () => {
  it("is said once, of all files and with others of its kind", async () => {
    const text = `k,l,a,y\n${rows(
      12,
      () => "7",
      () => "0.1",
      (i) => String((i % 5) / 2),
      half,
    )}`;
    expect((await single(text)).notes).toEqual([
      expect.stringMatching(/t\.csv: column "k", column "l" have each one value in all rows/),
    ]);
    const swapped = text.replace("k,l", "l,k").replaceAll("7,0.1", "0.1,7");
    expect((await owners({ "a.csv": text, "b.csv": swapped })).notes).toEqual([
      expect.stringMatching(/^column "k", column "l" have each one value in all rows/),
    ]);
  });

  it("is not one that differs between owners", async () => {
    const files = { "a.csv": one(12, () => "0"), "b.csv": one(12, () => "1") };
    expect((await owners(files)).notes).toEqual([]);
  });
});

describe("the features of safetensors", () => {
  const count = 24;
  const file = (metadata: Record<string, string>) =>
    encodeSafetensors(
      [
        {
          name: "x",
          shape: [count, 2],
          data: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 ? 7 : i)),
        },
        { name: "y", shape: [count], data: Int32Array.from({ length: count }, (_, i) => i % 2) },
      ],
      metadata,
    );

  it("are looked at as columns of CSV are", async () => {
    expect((await single(file({}), {}, "t.safetensors")).notes).toEqual([
      expect.stringMatching(/t\.safetensors: x\[:, 0\] has another whole number/),
      expect.stringMatching(/t\.safetensors: x\[:, 1\] has one value in all rows/),
    ]);
    expect((await single(file({ featureNames: '["id","k"]' }), {}, "t.safetensors")).notes).toEqual([
      expect.stringMatching(/column "id" has another whole number/),
      expect.stringMatching(/column "k" has one value/),
    ]);
  });

  it("are not, where they are an image's pixels", async () => {
    expect((await single(file({ rows: "1", columns: "2" }), {}, "t.safetensors")).notes).toEqual([]);
  });
});
