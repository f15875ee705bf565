import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeDataset, encodeDataset } from "../../../shared/dataset/dataset.ts";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { eachInTableFolder, folder, owners } from "./table-folder.ts";

eachInTableFolder();

describe("a folder of owners' files", () => {
  const files = {
    "west.csv": "y,b,a\nv,20,2\nu,30,3\n",
    "north.csv": "a,b,y\n1,10,u\n4,40,v\n5,50,u\n",
    "south.csv.gz": gzipSync("b,a,y\n60,6,v\n70,7,u\n"),
  };

  it("is one data set in the order of the files' names, columns as the first file has them", async () => {
    const { dataset, notes } = await owners(files);
    expect(notes).toEqual([]);
    expect(dataset).toEqual({
      name: "clinics",
      source: "files of 3 owners",
      classes: 2,
      classNames: ["u", "v"],
      featureNames: ["a", "b"],
      owners: [
        { name: "north", examples: 3 },
        { name: "south", examples: 2 },
        { name: "west", examples: 2 },
      ],
      examples: {
        x: Float32Array.of(1, 10, 4, 40, 5, 50, 6, 60, 7, 70, 2, 20, 3, 30),
        y: Int32Array.of(0, 1, 0, 1, 0, 1, 0),
        count: 7,
        features: 2,
      },
    });
    const { source: _, ...content } = dataset;
    expect(decodeDataset(encodeDataset(dataset))).toEqual(content);
  });

  it("may hold safetensors, of bytes too, and fedstep's own", async () => {
    const file = (y: number[], metadata: Record<string, string>) =>
      encodeSafetensors(
        [
          { name: "x", shape: [2, 4], data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 255) },
          { name: "y", shape: [2], data: Int32Array.from(y) },
        ],
        metadata,
      );
    const images = { classNames: '["cat","dog","eel"]', rows: "2", columns: "2" };
    const { dataset } = await owners(
      { "a.safetensors": file([0, 2], images), "b.safetensors": file([1, 1], images) },
      {},
    );
    expect(dataset).toMatchObject({ classNames: ["cat", "dog", "eel"], imageShape: [2, 2] });
    expect(dataset.examples.y).toEqual(Int32Array.of(0, 2, 1, 1));
    expect(dataset.examples.x).toBeInstanceOf(Uint8Array);
  });

  it("names what it leaves out, but for hidden files", async () => {
    const { notes } = await owners({ ...files, "notes.txt": "", ".DS_Store": "" });
    expect(notes.map((note) => note.replace(folder, "DIR"))).toEqual([
      "DIR: notes.txt: no owner's file, left out",
    ]);
  });

  it("whose owners lack labels is taken with --classes", async () => {
    const { dataset } = await owners(
      { "a.csv": "a,y\n1,u\n2,u", "b.csv": "a,y\n3,v\n4,w" },
      { label: "y", classes: ["u", "v", "w", "x"] },
    );
    expect(dataset).toMatchObject({ classes: 4, classNames: ["u", "v", "w", "x"] });
    expect(dataset.examples.y).toEqual(Int32Array.of(0, 0, 1, 2));
  });

  it("takes labels that one owner writes as integers and another as floats for the same", async () => {
    const { dataset } = await owners({ "a.csv": "a,y\n1,0\n2,1\n3,1", "b.csv": "a,y\n3,1.0\n4,0.0\n5,0.0" });
    expect(dataset.classNames).toEqual(["0", "1"]);
  });
});
