import { describe, expect, it } from "vitest";
import { tableExamples } from "../../../cli/predict/table-examples.ts";
import { refusal, single } from "./written.ts";

const text = "age,y\n1,u\n2,v\n";
const little16 = Buffer.from(text, "utf16le");
const big16 = Buffer.from(little16).swap16();
const little32 = (of: string) =>
  Buffer.from(Uint32Array.from(of, (letter) => letter.codePointAt(0) ?? 0).buffer);
const big32 = (of: string) => little32(of).swap32();

describe("a file in another encoding of Unicode", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["UTF-16, low bytes first", little16, /looks like UTF-16LE.*iconv -f UTF-16LE -t UTF-8/],
    ["UTF-16, high bytes first", big16, /looks like UTF-16BE.*iconv -f UTF-16BE -t UTF-8/],
    ["UTF-16 with few NUL bytes", Buffer.from("年龄,结果\n1,u\n", "utf16le"), /looks like UTF-16LE/],
    ["UTF-32, low bytes first", little32(text), /looks like UTF-32LE.*iconv -f UTF-32LE -t UTF-8/],
    ["UTF-32, high bytes first", big32(text), /looks like UTF-32BE.*iconv -f UTF-32BE -t UTF-8/],
    ["UTF-32 with a mark", little32(`\ufeff${text}`), /is UTF-32, .*iconv -f UTF-32 -t UTF-8/],
    ["UTF-32 with a mark, high bytes first", big32(`\ufeff${text}`), /is UTF-32, /],
  ])(
    "is called by its name, with the command that converts it, by predict too: %s",
    async (_, bytes, message) => {
      expect(await refusal(single(bytes))).toMatch(message);
      const known = { name: "d", source: "t", digest: "0".repeat(64), examples: 9, features: 1, classes: 2 };
      const predicting = tableExamples({ label: "t.csv", bytes }, { ...known, element: "float32" }, {});
      await expect(predicting).rejects.toThrow(message);
    },
  );
});
