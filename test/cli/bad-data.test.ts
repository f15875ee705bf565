import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refused } from "./refused-input.ts";
import { temporaryFolder } from "./terminal.ts";

describe("fedstep run refuses", () => {
  test.each<[string, Record<string, string>, string[], RegExp]>([
    [
      "a label column that is not there",
      { "t.csv": "a,b\n1,2\n" },
      ["--data", "DIR/t.csv", "--label", "y"],
      /DatasetInvalid: --label: DIR\/t\.csv has no column "y"; the columns are "a", "b"/,
    ],
    [
      "a label column that is no label",
      { "t.csv": "a,y\n1,0.1\n2,0.2\n3,0.3\n4,0.1\n" },
      ["--data", "DIR/t.csv", "--label", "y"],
      /column "y" is not a label/,
    ],
    [
      "a CSV file without --label",
      { "t.csv": "a,b\n1,2\n" },
      ["--data", "DIR/t.csv"],
      /--label: name the column of DIR\/t\.csv/,
    ],
    [
      "a ragged row",
      { "t.csv": "a,y\n1,u\n2\n" },
      ["--data", "DIR/t.csv", "--label", "y"],
      /DIR\/t\.csv: line 3 has 1 fields, and the header 2/,
    ],
    [
      "a value that is no number",
      { "t.csv": "a,y\n1,u\nten,v\n" },
      ["--data", "DIR/t.csv", "--label", "y"],
      /DIR\/t\.csv: line 3, column "a" is "ten"/,
    ],
    [
      "owners with other classes",
      { "a.csv": "a,y\n1,u\n2,v\n", "b.csv": "a,y\n1,u\n2,w\n3,v\n" },
      ["--clients", "DIR", "--label", "y"],
      /\n {4}a: u, v\n {4}b: u, v, w\n {2}where .*--classes u,v,w/,
    ],
    [
      "owners with other columns",
      { "a.csv": "a,y\n1,u\n2,v\n", "b.csv": "b,y\n1,u\n2,v\n" },
      ["--clients", "DIR", "--label", "y"],
      /DIR\/b\.csv has other columns than DIR\/a\.csv: it lacks "a", and only it has "b"/,
    ],
    [
      "an owner with a single example",
      { "a.csv": "a,y\n1,u\n2,v\n", "b.csv": "a,y\n1,u\n" },
      ["--clients", "DIR", "--label", "y", "--classes", "u,v"],
      /PartitionInvalid: .*owner "b" has 1 of the 3 examples/,
    ],
    [
      "owners that another kind shall divide",
      { "a.csv": "", "b.csv": "" },
      ["--clients", "DIR", "--label", "y", "--set", "partition.kind=iid"],
      /ConfigInvalid: partition\.kind: got "iid", but the examples are those of data owners/,
    ],
    [
      "owners and a data set at once",
      { "a.csv": "" },
      ["--clients", "DIR", "--data", "DIR/a.csv"],
      /--data and --clients: take one/,
    ],
    [
      "a folder of no owners",
      {},
      ["--clients", "DIR"],
      /--clients: DIR holds no owner's files; .*\.csv, \.safetensors/,
    ],
    [
      "a folder of owners that is not there",
      {},
      ["--clients", "DIR/no"],
      /--clients: DIR\/no: there is no such/,
    ],
    [
      "a file for a folder of owners",
      { "a.csv": "" },
      ["--clients", "DIR/a.csv"],
      /--clients: DIR\/a\.csv is a file; name a folder/,
    ],
    [
      "a folder of CSV files with --data",
      { "a.csv": "" },
      ["--data", "DIR"],
      /--data: DIR is nothing that --data takes: .*a folder of IDX files.*goes with --clients/,
    ],
    ["--label without CSV", {}, ["--label", "y"], /--label: goes with a file or folder .* and none is named/],
    ["--classes without a table", {}, ["--classes", "u,v"], /--classes: goes with a file or folder/],
    ["one class", {}, ["--classes", "u"], /takes two or more names separated by commas/],
    [
      "natural-id without owners",
      {},
      ["--set", "partition.kind=natural-id"],
      /PartitionInvalid: partition\.kind: natural-id takes .*--clients/,
    ],
  ])("%s", async (_what, files, args, message) => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const said = await refused(["run", ...args.map((arg) => arg.replace("DIR", folder))]);
    expect(said.replaceAll(folder, "DIR")).toMatch(message);
  });

  test("fewer examples than clients", async () => {
    expect(await refused(["run", "--set", "dataset.limit=5"])).toMatch(
      /partition\.clients: 10 clients .* 5 examples/,
    );
  });

  test("a data folder with a truncated file", async () => {
    const folder = temporaryFolder();
    for (const name of [
      "train-images-idx3-ubyte",
      "train-labels-idx1-ubyte",
      "t10k-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte",
    ]) {
      writeFileSync(join(folder, name), Buffer.from([0, 0, 8, name.includes("images") ? 3 : 1, 0, 0]));
    }
    expect(await refused(["run", "--data", folder])).toMatch(/DatasetInvalid: .*idx\d-ubyte/);
  });
});
