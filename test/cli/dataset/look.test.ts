import { describe, expect, it } from "vitest";
import { tableExamples } from "../../../cli/predict/table-examples.ts";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { look } from "../../../tables/look.ts";
import { labelled, owners, refusal, single } from "./written.ts";

/** Names that a person cannot tell apart. */

const [composed, apart] = ["caf\u00e9", "cafe\u0301"];

describe("labels that look the same", () => {
  it.each([
    ["a joiner of graphemes", "yes", "yes\u034f"],
    ["a variation selector", "yes", "yes\ufe0f"],
    ["a Hangul filler", "yes", "yes\u3164"],
    ["a joiner before an accent", composed, "cafe\u034f\u0301"],
    ["a minus sign", "-1", "\u22121"],
    ["a dash", "0-9", "0\u20139"],
  ])("but for %s are refused", async (_, one, other) => {
    const message = await refusal(single(labelled(one, "2", other, one)));
    expect(message).toMatch(/line 4, column "y": the label ".*\\u[\da-f]{4}.*" looks like ".*" \(.*line 2/);
  });

  it("are shown with what differs escaped", async () => {
    expect(await refusal(single(labelled(composed, "thé", apart)))).toContain(
      String.raw`the label "caf\u0065\u0301" looks like "caf\u00e9"`,
    );
  });

  it("are those alone: what is seen is not taken away", () => {
    expect(["a b", "a\tb", " a\u00a0b "].map(look)).toEqual(["a b", "a b", "a b"]);
    expect(new Set(["ab", "a b", "a-b", "a_b", "Ab"].map(look)).size).toBe(5);
  });
});

describe("a name with the character that stands for a lost one", () => {
  it("is refused as damaged, with its line", async () => {
    expect(await refusal(single(labelled("oui", "tr\ufffds", "oui")))).toMatch(
      /t\.csv: line 3, column "y": the label "tr\ufffds" is damaged/,
    );
    expect(await refusal(single("h\ufffdhe,y\n1,u\n2,v\n"))).toMatch(
      /t\.csv: line 1: the column "h\ufffdhe" is damaged/,
    );
  });
});

describe("columns that look the same", () => {
  it("are refused in one file", async () => {
    expect(await refusal(single("a,b,a\u200b,y\n1,2,3,u\n2,3,4,v\n"))).toContain(
      String.raw`t.csv: line 1: columns 1 and 3 look alike, "a" and "a\u200b"`,
    );
  });

  it("are refused in the metadata of safetensors, as is a damaged one", async () => {
    const named = (...featureNames: string[]) =>
      single(
        encodeSafetensors(
          [
            { name: "x", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
            { name: "y", shape: [2], data: Int32Array.of(0, 1) },
          ],
          { featureNames: JSON.stringify(featureNames) },
        ),
        {},
        "t.safetensors",
      );
    expect(await refusal(named("a", "a\ufe0f"))).toContain(
      String.raw`t.safetensors: its metadata featureNames: columns 1 and 2 look alike, "a" and "a\ufe0f"`,
    );
    expect(await refusal(named("a", "tr\ufffds"))).toMatch(/featureNames: the column "tr\ufffds" is damaged/);
  });

  it("are told apart between owners and beside --label", async () => {
    const files = { "a.csv": `${composed},y\n1,u\n2,v\n`, "b.csv": `${apart},y\n1,u\n2,v\n` };
    expect(await refusal(owners(files))).toContain(
      String.raw`it lacks "caf\u00e9", and only it has "caf\u0065\u0301"`,
    );
    expect(await refusal(single("a,y\u200b\n1,u\n2,v\n"))).toContain(
      String.raw`has no column "y"; the columns are "a", "y\u200b"`,
    );
  });

  it("are told apart by predict", async () => {
    const known = {
      name: "drinks",
      source: "test",
      digest: "0".repeat(64),
      examples: 9,
      features: 1,
      classes: 2,
      element: "float32" as const,
      featureNames: [composed],
    };
    const read = (text: string, column?: string) =>
      tableExamples({ label: "new.csv", bytes: Buffer.from(text) }, known, { labelColumn: column });
    await expect(read(`${apart}\n1\n`)).rejects.toThrow(
      String.raw`lacks columns of drinks: "caf\u00e9"; what it has looks alike: "caf\u0065\u0301"`,
    );
    await expect(read(`${composed},y\u200b\n1,0\n`, "y")).rejects.toThrow(
      String.raw`has no column "y"; it has "café", "y\u200b"`,
    );
  });
});
