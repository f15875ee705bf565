import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openTableFile } from "../../../cli/dataset/open-tables.ts";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { eachInTableFolder, folder, refusal, write } from "./table-folder.ts";

eachInTableFolder();

describe("a file that --data names", () => {
  it("may be safetensors, but then has no --label", async () => {
    const path = join(folder, "t.safetensors");
    const tensors = [
      { name: "x", shape: [3, 1], data: Float32Array.of(1, 2, 3) },
      { name: "y", shape: [3], data: Int32Array.of(0, 1, 1) },
    ];
    await write({ "t.safetensors": encodeSafetensors(tensors) });
    expect(await openTableFile(path, "--data", {})).toMatchObject({ name: "t", classes: 2 });
    expect(await refusal(openTableFile(path, "--data", { label: "y" }))).toMatch(
      /^--label: DIR\/t\.safetensors is a safetensors file, whose labels are its tensor y; leave the option out/,
    );
  });

  it("of another kind is refused", async () => {
    await write({ "t.xlsx": "" });
    expect(await refusal(openTableFile(join(folder, "t.xlsx"), "FEDSTEP_DATA", {}))).toMatch(
      /^FEDSTEP_DATA: DIR\/t\.xlsx is nothing that --data takes: \.csv, \.safetensors/,
    );
  });
});
