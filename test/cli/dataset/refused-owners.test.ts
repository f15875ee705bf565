import { describe, expect, it } from "vitest";
import type { TableOptions } from "../../../cli/dataset/open-tables.ts";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { eachInTableFolder, type Files, owners, refusal } from "./table-folder.ts";

eachInTableFolder();

describe("a folder of owners' files", () => {
  const bytes = encodeSafetensors([
    { name: "x", shape: [2, 1], data: Uint8Array.of(0, 1) },
    { name: "y", shape: [2], data: Int32Array.of(0, 1) },
  ]);
  const floats = encodeSafetensors([
    { name: "x", shape: [2, 1], data: Float32Array.of(0, 1) },
    { name: "y", shape: [2], data: Int32Array.of(0, 1) },
  ]);

  it.each<[string, Files, TableOptions, RegExp]>([
    [
      "nothing that it could read",
      { "a.txt": "" },
      {},
      /^--clients: DIR holds no owner's files; .*\.csv, \.safetensors/,
    ],
    [
      "two files of one owner",
      { "a.csv": "a,y\n1,u", "a.csv.gz": "" },
      { label: "y" },
      /^--clients: DIR\/a\.csv and DIR\/a\.csv\.gz are both owner "a"/,
    ],
    [
      "other columns",
      { "a.csv": "a,b,y\n1,2,u\n1,2,v\n1,2,u", "b.csv": "c,b,y\n1,2,u\n1,2,v\n1,2,v" },
      { label: "y" },
      /^DIR\/b\.csv has other columns than DIR\/a\.csv: it lacks "a", and only it has "c"$/,
    ],
    [
      "no label column in one",
      { "a.csv": "a,y\n1,u\n2,v", "b.csv": "a,b\n1,2" },
      { label: "y" },
      /^--label: DIR\/b\.csv has no column "y"; the columns are "a", "b"/,
    ],
    [
      "other labels",
      { "a.csv": "a,y\n1,u\n2,v v", "b.csv": "a,y\n1,u\n2,w\n3,v v", "c.csv": "a,y\n1,v v\n2,u" },
      { label: "y" },
      /^the owners have different labels\n {2}a, c: u, v v\n {2}b: u, v v, w\n.*--classes u,'"v v"',w$/,
    ],
    [
      "a label that was not agreed upon",
      { "a.csv": "a,y\n1,u\n2,v", "b.csv": "a,y\n1,u\n2,u\n3,w" },
      { label: "y", classes: ["u", "v"] },
      /^DIR\/b\.csv: line 4, column "y": the label "w" is not one of --classes u,v$/,
    ],
    [
      "measurements for labels",
      { "a.csv": "a,y\n1,0.5\n2,1.25", "b.csv": "a,y\n1,3.5\n2,0.75" },
      { label: "y" },
      /^the files in DIR: column "y" is not a label: 4 different values in 4 rows/,
    ],
    [
      "a bad value",
      { "a.csv": "a,y\n1,u\n2,v", "b.csv": "a,y\n1,u\n,v" },
      { label: "y" },
      /^DIR\/b\.csv: line 3/,
    ],
    [
      "bytes and floats",
      { "a.safetensors": bytes, "b.safetensors": floats },
      {},
      /^DIR\/a\.safetensors holds bytes, .* and DIR\/b\.safetensors floats/,
    ],
    [
      "features with and without names",
      { "a.csv": "a,y\n1,0\n2,1", "b.safetensors": floats },
      { label: "y" },
      /^DIR\/b\.safetensors does not name its features .* and DIR\/a\.csv does/,
    ],
    [
      "--label where no file is CSV",
      { "b.safetensors": floats },
      { label: "y" },
      /^--label: each owner's in DIR is a safetensors file, whose labels are its tensor y; leave the option out/,
    ],
  ])("is refused for %s", async (_, contents, given, message) => {
    expect(await refusal(owners(contents, given))).toMatch(message);
  });
});
