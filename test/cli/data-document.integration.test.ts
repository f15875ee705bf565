import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

const document = readFileSync(new URL("../../docs/data.md", import.meta.url), "utf8");

/** The CSV files of docs/data.md, by name. */
const files = [...document.matchAll(/^`(clinics\/\w+\.csv)`:\n\n```csv\n(.*?)^```/gms)].map(
  ([, name = "", text = ""]) => ({ name, text }),
);

/** Its commands, those of a block together, with the output that follows where one does. */
const commands = [...document.matchAll(/^```sh\n(fedstep .*?)\n```(?:\n\n```text\n(.*?)^```)?/gms)].map(
  ([, block = "", output]) => ({
    lines: block.split("\n").map((line) => line.replace("fedstep ", "")),
    output,
  }),
);

/** A line as a shell divides it, where quotes are single. */
const words = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");

/** The rows of all files with the columns in the first one's order. */
function pooled(): string {
  const tables = files.map(({ text }) =>
    text
      .trim()
      .split("\n")
      .map((line) => line.split(",")),
  );
  const columns = tables[0]?.[0] ?? [];
  const rows = tables.flatMap(([header = [], ...lines]) =>
    lines.map((line) => columns.map((name) => line[header.indexOf(name)])),
  );
  return [columns, ...rows].map((line) => `${line.join(",")}\n`).join("");
}

test("docs/data.md has files and commands", () => {
  expect(files).toHaveLength(3);
  const names = commands.flatMap(({ lines }) => lines).map((line) => line.split(" ")[0]);
  expect(names).toEqual(["partition", "run", "run", "partition", "schema", "run"]);
});

test.each(commands)("docs/data.md: fedstep $lines", async ({ lines, output }) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "clinics"));
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "all.csv"), pooled());
  for (const line of lines) {
    const args = words(line).map((word) =>
      ["clinics", "all.csv", "schema.json"].includes(word) ? join(folder, word) : word,
    );
    const answer = await fedstep([...args, ...(args[0] === "run" ? ["--home", sharedHome()] : [])]);
    expect(answer, line).toMatchObject({ code: 0 });
    if (args[0] !== "schema") expect(answer.said).toContain("19 examples of");
    if (output !== undefined) expect(answer.output).toBe(output);
  }
});
