import { readFileSync, writeFileSync } from "node:fs";
import { betweenMarkers } from "../report/between-markers.ts";

const document = new URL("../docs/robustness.md", import.meta.url);

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in docs/robustness.md. */
export function writeBetweenMarkers(name: string, text: string): void {
  writeFileSync(document, betweenMarkers(readFileSync(document, "utf8"), name, text));
}
