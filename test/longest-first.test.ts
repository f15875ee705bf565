import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { long, longestFirst } from "./longest-first.ts";

test("what is said to take long is there", () => {
  expect(long.filter((path) => !existsSync(join(import.meta.dirname, "..", path)))).toEqual([]);
});

test("files that take long begin their project, and no file is lost", () => {
  const [one = "", other = ""] = long;
  const files = ["a:x", `a:${other}`, "a:y", "b:z", `b:${one}`];
  const sorted = longestFirst(files, (file) => {
    const [project = "", path = ""] = file.split(":");
    return { project, path };
  });
  expect(sorted).toEqual([`a:${other}`, "a:x", "a:y", `b:${one}`, "b:z"]);
});
