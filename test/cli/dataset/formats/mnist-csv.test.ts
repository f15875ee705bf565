import { describe, expect, it } from "vitest";
import { opened, refusal } from "./opening.ts";

const row = (label: number, value: number) =>
  [label, ...Array.from({ length: 784 }, (_, i) => (i === 400 ? value : 0))].join();
const rows = [row(5, 255), row(0, 1), row(5, 7)].join("\n");
const names = (name: (i: number) => string) =>
  ["label", ...Array.from({ length: 784 }, (_, i) => name(i))].join();

describe("MNIST as CSV", () => {
  it.each([
    ["with Kaggle's header", `${names((i) => `pixel${i}`)}\n`],
    ["with Fashion-MNIST's header", `${names((i) => `pixel${i + 1}`)}\n`],
    ["with places for names", `${names((i) => `${Math.floor(i / 28) + 1}x${(i % 28) + 1}`)}\n`],
    ["without a header", ""],
  ])("is images %s, and takes no --label", async (_, header) => {
    const set = await opened({ "train.csv": `${header}${rows}\n` }, {}, "train.csv");
    expect(set).toMatchObject({
      imageShape: [28, 28],
      classNames: ["0", "5"],
      examples: { count: 3, features: 784 },
    });
    expect(set.examples.x).toBeInstanceOf(Uint8Array);
    expect([400, 1184, 1968].map((at) => set.examples.x[at])).toEqual([255, 1, 7]);
    expect([...set.examples.y]).toEqual([1, 0, 1]);
    expect(set.notes).toContainEqual(expect.stringMatching(/images of 28 x 28 pixels/));
    expect(set.featureNames).toBeUndefined();
  });

  it("is a table of numbers where its numbers are no bytes, and any other where its columns are others", async () => {
    const header = `${names((i) => `pixel${i}`)}\n`;
    const halves = await opened({ "t.csv": `${header}${rows}\n${row(0, 0.5)}\n` }, {}, "t.csv");
    expect(halves.examples.x).toBeInstanceOf(Float32Array);
    expect(halves.featureNames).toHaveLength(784);
    const other = `${names((i) => `gene${i}`)}\n${rows}\n`;
    expect(await refusal(opened({ "t.csv": other }, {}, "t.csv"))).toMatch(/^--label: name the column/);
  });
});
