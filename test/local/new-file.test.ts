import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { homesMode, writeOver, writeWhereNone } from "../../local/new-file.ts";
import { newDirectory } from "./assembly/read-small.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("a file is written where there is none, for this user alone, and left where there is one", () => {
  const path = join(newDirectory(), "below", "file");
  expect(writeWhereNone(path, "first")).toBe(true);
  expect(writeWhereNone(path, "second")).toBe(false);
  expect(readFileSync(path, "utf8")).toBe("first");
  expect(modeOf(path)).toBe(0o600);
  expect(modeOf(join(path, ".."))).toBe(0o700);
  expect(readdirSync(join(path, ".."))).toEqual(["file"]);
});

test("a file may be for whom the home is, as far as the umask lets them", () => {
  const path = join(newDirectory(), "below", "file");
  const before = process.umask(0o027);
  try {
    writeWhereNone(path, "text", homesMode);
  } finally {
    process.umask(before);
  }
  expect(modeOf(path)).toBe(0o640);
  expect(modeOf(join(path, ".."))).toBe(0o750);
});

test("a file is written over another one, which others may have read", () => {
  const path = join(newDirectory(), "file");
  writeFileSync(path, "before", { mode: 0o644 });
  writeOver(path, "after");
  expect(readFileSync(path, "utf8")).toBe("after");
  expect(modeOf(path)).toBe(0o600);
  expect(readdirSync(join(path, ".."))).toEqual(["file"]);
});

test("what cannot be written leaves nothing behind", () => {
  const folder = newDirectory();
  const path = join(folder, "folder");
  mkdirSync(path);
  expect(() => writeOver(path, "text")).toThrow(expect.objectContaining({ code: "EISDIR" }));
  expect(readdirSync(folder)).toEqual(["folder"]);
});
