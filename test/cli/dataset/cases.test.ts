import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openOwnersFolder, openTableFile, type TableOptions } from "../../../cli/dataset/open-tables.ts";

const folder = fileURLToPath(new URL("../../../../shared/cases/", import.meta.url));
const open = (name: string, given: TableOptions = {}) => openTableFile(join(folder, name), "--data", given);

/** What others wrote down as right; read-otherwise.test.ts has the same kinds where the folder is missing. */
describe.skipIf(!existsSync(folder))("the small inputs beside the project (needs ../shared/cases)", () => {
  it.each(["unaligned-3.safetensors", "unaligned-5.safetensors", "unaligned-3.safetensors.gz"])(
    "%s: 6 examples, 2 of each of 3 classes",
    async (name) => {
      const { examples, classes } = await open(name);
      expect({ count: examples.count, classes }).toEqual({ count: 6, classes: 3 });
      expect([0, 1, 2].map((label) => examples.y.filter((of) => of === label).length)).toEqual([2, 2, 2]);
    },
  );

  it("odd-bytes.safetensors: 5 examples of 3 bytes, 3 and 2", async () => {
    const { examples, classes } = await open("odd-bytes.safetensors");
    expect({ count: examples.count, features: examples.features, classes }).toEqual({
      count: 5,
      features: 3,
      classes: 2,
    });
    expect(examples.x).toBeInstanceOf(Uint8Array);
    expect([0, 1].map((label) => examples.y.filter((of) => of === label).length)).toEqual([3, 2]);
  });

  it("extra-f16.safetensors: 4 examples; the third tensor is not read", async () => {
    expect((await open("extra-f16.safetensors")).examples.count).toBe(4);
  });

  it("latin1: 3 classes, and 2 different columns, with a word", async () => {
    const labels = await open("latin1-labels.csv", { label: "mood" });
    expect(labels.classes).toBe(3);
    expect(labels.notes).toContainEqual(expect.stringMatching(/Windows-1252, since line 2/));
    await expect(openOwnersFolder(join(folder, "latin1-columns"), { label: "ok" })).rejects.toThrow(
      /has other columns than/,
    );
  });

  it("huge-labels.csv: three classes of 4", async () => {
    const { examples, classNames } = await open("huge-labels.csv", { label: "y" });
    expect(classNames).toEqual(["2", "1e400", "1e500"]);
    expect([0, 1, 2].map((label) => examples.y.filter((of) => of === label).length)).toEqual([4, 4, 4]);
  });

  it("nan-label.csv: refused, a gap among numeric labels", async () => {
    await expect(open("nan-label.csv", { label: "y" })).rejects.toThrow(
      /line 14, .*"nan" stands among numbers/,
    );
  });

  it("close-values.csv: not a constant without a word", async () => {
    expect((await open("close-values.csv", { label: "y" })).notes).toContainEqual(
      expect.stringMatching(/column "t" has values from .*float32/),
    );
  });
});
