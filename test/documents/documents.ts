import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What a person reads, by path below the project's root. */
export function documents(): Map<string, string> {
  const names = ["", "docs/"].flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}${name}`),
  );
  return new Map(names.map((name) => [name, readFileSync(`${root}/${name}`, "utf8")]));
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The text outside of code blocks. */
export const proseOf = (text: string): string => text.replace(fence, "");

/** The lines of a document's shell blocks, without what a comment says of them. */
export function shellLinesOf(text: string): string[] {
  return [...text.matchAll(fence)]
    .filter(([, language]) => language === "sh")
    .flatMap(([, , block = ""]) => block.split("\n"))
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}
