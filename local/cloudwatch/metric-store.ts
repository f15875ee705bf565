import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MetricLine } from "./embedded-metrics.ts";

const extension = ".jsonl";

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
    const folder = this.#folder(namespace);
    mkdirSync(folder, { recursive: true });
    const pairs = Object.entries(dimensions).map((pair) => pair.map(inFileName).join("="));
    appendFileSync(join(folder, `${pairs.sort().join("&")}${extension}`), `${JSON.stringify(content)}\n`);
  }

  /** The lines with just these names of dimensions and, where a value is given, that value. */
  async find(
    namespace: string,
    names: readonly string[],
    values: Readonly<Record<string, string>>,
  ): Promise<unknown[]> {
    const folder = this.#folder(namespace);
    const wanted = names.map(inFileName).sort().join();
    const files = (await listed(folder)).filter((file) => {
      const pairs = file.slice(0, -extension.length).split("&");
      return (
        pairs
          .map((pair) => pair.split("=")[0])
          .sort()
          .join() === wanted &&
        Object.entries(values).every((pair) => pairs.includes(pair.map(inFileName).join("=")))
      );
    });
    const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), "utf8")));
    return texts.flatMap((text) =>
      text
        .split("\n")
        .filter(Boolean)
        .map((line): unknown => JSON.parse(line)),
    );
  }

  #folder(namespace: string): string {
    return join(this.#directory, inFileName(namespace));
  }
}

/** A name or a value as any file system takes it; a long one is cut and told from others by its digest. */
function inFileName(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed()).replaceAll("~", "%7E");
  if (encoded.length <= readable) return encoded;
  const digest = createHash("sha256").update(text).digest("hex");
  return `${encoded.slice(0, readable - 17)}~${digest.slice(0, 16)}`;
}

async function listed(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith(extension));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
