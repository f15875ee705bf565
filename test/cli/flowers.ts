import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A table of three classes that four rounds learn something of; the column "kind" has the labels. */
export function flowers(folder: string): string {
  const file = join(folder, "flowers.csv");
  const rows = Array.from({ length: 60 }, (_, i) => `${(i % 3) + i / 100},${i / 60},${"abc"[i % 3]}`);
  writeFileSync(file, ["petal,sepal,kind", ...rows].join("\n"));
  return file;
}
