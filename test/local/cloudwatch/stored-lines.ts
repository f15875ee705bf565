import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a store of metrics holds: the lines of each of its files, by namespace's folder and file. */
export function storedLines(directory: string): ReadonlyMap<string, unknown[]> {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".jsonl"),
  );
  return new Map(
    files.map((file) => {
      const lines = readFileSync(join(directory, file), "utf8").split("\n").filter(Boolean);
      return [file, lines.map((line): unknown => JSON.parse(line))];
    }),
  );
}
