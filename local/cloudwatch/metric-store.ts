import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { MetricLine } from "./embedded-metrics.ts";

/** Characters up to which a name or a value stands in a file's name as it is. */
const readable = 48;

/**
 * CloudWatch's place on this machine: a folder for each namespace, in it a file for each combination of dimensions
 * with its lines in the order in which they came.
 */
export class MetricStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  add({ namespace, dimensions, content }: MetricLine): void {
    const folder = join(this.#directory, inFileName(namespace));
    mkdirSync(folder, { recursive: true });
    const pairs = Object.entries(dimensions).map((pair) => pair.map(inFileName).join("="));
    appendFileSync(join(folder, `${pairs.sort().join("&")}.jsonl`), `${JSON.stringify(content)}\n`);
  }
}

/** A name or a value as any file system takes it; a long one is cut and told from others by its digest. */
function inFileName(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed()).replaceAll("~", "%7E");
  if (encoded.length <= readable) return encoded;
  const digest = createHash("sha256").update(text).digest("hex");
  return `${encoded.slice(0, readable - 17)}~${digest.slice(0, 16)}`;
}
