import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { localStorage } from "../../cli/targets/local.ts";
import { keys } from "../../shared/layout.ts";
import { mostRecordBytes } from "../../shared/workflow/record-size.ts";
import { type Answer, fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

/** Names the window, clears the screen by C0 and by C1, turns text around, and begins a line of its own. */
const hostile = "\u001b]0;mine\u0007\u001b[2J\u009b2J\u202e\u2066\u007f\nDONE";
const written = "\\u001b]0;mine\\u0007\\u001b[2J\\u009b2J\\u202e\\u2066\\u007f\\nDONE";

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys is what this is about
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Owners whose files, columns and labels are named by somebody who means no good. */
function owners(): string {
  const folder = join(temporaryFolder(), `clinics${hostile}`);
  mkdirSync(folder);
  const rows = Array.from({ length: 20 }, (_, i) => `${i % 7},"${i % 2 === 0 ? hostile : "well"}"`);
  for (const owner of ["a", "b"]) {
    writeFileSync(
      join(folder, `${owner}${hostile}.csv`),
      `"x${hostile}","y${hostile}"\n${rows.join("\n")}\n`,
    );
  }
  return folder;
}

const home = sharedHome();
const label = ["--label", `y${hostile}`];
const small = ["federation.rounds=1", "model.hidden=[4]", "baseline.epochs=1"].flatMap((set) => [
  "--set",
  set,
]);

async function ask(args: readonly string[], isTTY = false): Promise<Answer & { all: string }> {
  const answer = await fedstep(args, { isTTY });
  return { ...answer, all: answer.output + answer.said };
}

describe("names that a terminal would obey are shown by", () => {
  test("run, as lines and live", async () => {
    const federation = ["--clients", owners(), ...label];
    const lines = await ask(["run", ...federation, ...small, "--home", home, "--name", "lines"]);
    expect(lines).toMatchObject({ code: 0, all: expect.stringContaining(`of clinics${written} (`) });
    expect(lines.all).not.toMatch(obeyed);
    const live = await ask(["run", ...federation, ...small, "--home", home, "--name", "live"], true);
    expect(live).toMatchObject({ code: 0, all: expect.stringContaining(`of clinics${written} (`) });
    // the bars move the cursor, and do nothing else
    for (const part of ["\u001b]", "\u009b", "\u202e", "\nDONE"]) expect(live.all).not.toContain(part);
  });

  test.each<[string, string[]]>([
    ["show", ["lines"]],
    ["show", ["lines", "--json"]],
    ["runs", []],
    ["cost", ["lines"]],
    ["compare", ["lines", "live"]],
    ["verify", ["lines"]],
    ["report", ["lines"]],
    ["resume", ["lines"]],
    ["stop", ["lines"]],
    ["follow", ["lines"]],
  ])("%s %s", async (command, args) => {
    const storage = await localStorage(home);
    const record = await storage.objects.get(keys.config("lines"), mostRecordBytes);
    // whoever may write into the bucket names runs as they like
    await storage.objects.put(`runs/${hostile}/config.json`, record.bytes, "application/json");
    await storage.close();
    const { all } = await ask([command, ...args, "--home", home]);
    expect(all).not.toBe("");
    expect(all).not.toMatch(obeyed);
    expect(all).not.toMatch(/^DONE/m);
  });

  test("predict, for one row and for several", async () => {
    const file = join(temporaryFolder(), `rows${hostile}.csv`);
    for (const rows of ["1\n", "1\n2\n"]) {
      writeFileSync(file, `"x${hostile}"\n${rows}`);
      const { code, all } = await ask(["predict", "lines", file, "--home", home]);
      expect([code, all]).toEqual([0, expect.stringContaining(written)]);
      expect(all).not.toMatch(obeyed);
      expect(all).not.toMatch(/^DONE/m);
    }
  });

  test("partition, as tables and as JSON", async () => {
    const federation = ["--clients", owners(), ...label];
    const tables = await ask(["partition", ...federation]);
    expect(tables).toMatchObject({ code: 0, output: expect.stringContaining(written) });
    expect(tables.all).not.toMatch(obeyed);
    const { output } = await ask(["partition", ...federation, "--json"]);
    expect(output).not.toMatch(obeyed);
    expect(JSON.parse(output).classNames).toContain(hostile);
  });

  test.each<[string, () => string[]]>([
    ["of a column", () => ["partition", "--clients", owners(), "--label", "other"]],
    ["of a class", () => ["partition", "--clients", owners(), ...label, "--classes", "well,ill"]],
    ["of a file", () => ["partition", "--data", join(temporaryFolder(), `${hostile}.csv`)]],
    ["of a field", () => ["cost", "--set", `federation.${hostile}=1`]],
  ])("a refusal, %s", async (_, args) => {
    const { code, all } = await ask(args());
    expect([code, all]).toEqual([2, expect.stringContaining("\\u001b]0;mine")]);
    expect(all).not.toMatch(obeyed);
    expect(all).not.toMatch(/^DONE/m);
  });
});
