import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** @returns {string} what a generated file holds; nothing where there is none yet */
export function generatedText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}

/**
 * Puts a generated file in its place by a rename, so that a build at the same time never reads half of it.
 * @param {URL} file named NAME.generated.ENDING, which git ignores, as it does the draft
 */
export function writeGenerated(file, content) {
  const draft = new URL(file.href.replace(/\.generated\./, `.${process.pid}.generated.`));
  writeFileSync(draft, content);
  renameSync(draft, file);
}
