import { type ChildProcess, fork } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import * as z from "zod";
import { openBySchema } from "../cli/dataset/open-by-schema.ts";
import { openTableFile } from "../cli/dataset/open-tables.ts";
import { randomStream } from "../shared/random.ts";
import { tableSchema } from "../shared/schema/table-schema.ts";
import { readerBefore } from "./csv-before.ts";
import { markdownRows, writeBetweenMarkers } from "./table.ts";

const columns = 50;

/** How each kind of file writes its numbers. */
const kinds = {
  "six decimals, as `%.6f`": (unit: number) => (6 * unit - 3).toFixed(6),
  "whole numbers, 0 to 255": (unit: number) => String(Math.floor(256 * unit)),
  "up to 17 digits, as Python's repr": (unit: number) => String((6 * unit - 3) * Math.PI),
} as const;
/** Numbers, words of three and dates in turn, a tenth of them gaps. */
const mixed = "a third each of numbers, words and dates, with gaps";
const kindNames = [...Object.keys(kinds), mixed];

const words = ["ward", "icu", "surgery"];

/** How a file is read: as --data does, by a schema beside it, or by what fedstep read with before. */
const readings = ["plain", "by schema", "before"] as const;
const asked = z.object({ file: z.string(), reading: z.enum(readings), before: z.string().optional() });
type Asked = z.output<typeof asked>;

const measured = z.object({
  seconds: z.number(),
  processor: z.number(),
  megabytes: z.number(),
  touched: z.number(),
  rows: z.number(),
});

/**
 * What reading one file took: seconds by the clock and of the processor, and the process' largest resident set, less
 * that before it; and processor seconds of what no reader can leave out, the first touch of as much memory as its numbers take.
 */
type Measured = z.output<typeof measured>;

if (process.send) {
  process.once("message", (message: unknown) => {
    read(asked.parse(message)).then((done) => process.send?.(done, () => process.disconnect()));
  });
} else {
  const { rows, write, before } = new Command("bench:csv")
    .description("Seconds, MB/s and memory of reading a CSV file of 50 columns and a label")
    .option("--rows <n>", "of each file", Number, 1_000_000)
    .option("--no-before", "without the reader that there was before, which takes minutes")
    .option("--write", "put the table into docs/performance.md")
    .parse()
    .opts<{ rows: number; write?: boolean; before: boolean }>();
  const table = await benchTable(rows, before);
  console.log(table);
  if (write) writeBetweenMarkers("docs/performance.md", "csv", table);
}

async function benchTable(rows: number, withBefore: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-bench-"));
  try {
    const before = withBefore ? readerBefore(join(folder, "before")) : undefined;
    const heading = [
      "cells",
      "read",
      "MB",
      "seconds",
      "of processor",
      "MB/s of processor",
      "of it first touch of memory, s",
      "peak memory, MB",
    ];
    const lines = [heading, heading.map((_, i) => (i < 2 ? "---" : "---:"))];
    for (const kind of kindNames) {
      const file = join(folder, "table.csv");
      await writeTable(file, rows, kind);
      const megabytes = statSync(file).size / 1e6;
      for (const reading of readings) {
        // words and dates are read by a schema alone
        if (kind === mixed && reading !== "by schema") continue;
        if (reading === "before" && !before) continue;
        const done = await readInProcess({ file, reading, before: before?.entry });
        if (done.rows !== rows) throw new Error(`read ${done.rows} of ${rows} rows`);
        lines.push([
          ...[kind, reading, megabytes.toFixed(0), done.seconds.toFixed(1), done.processor.toFixed(1)],
          ...[(megabytes / done.processor).toFixed(0), done.touched.toFixed(2), done.megabytes.toFixed(0)],
        ]);
      }
    }
    const { node } = process.versions;
    const than = before ? `, before: the reader of commit ${before.commit}` : "";
    const on = `${cpus()[0]?.model.trim()}, one core; Node ${node}. ${rows.toLocaleString("en")} rows of ${columns} columns and a label${than}:`;
    return `${on}\n\n${markdownRows(lines)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A process of its own for each file, whose largest memory is that file's. */
async function readInProcess(message: Asked): Promise<Measured> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), { execArgv: process.execArgv });
  const answer = new Promise<unknown>((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the reading process ended with ${code}`)));
  });
  child.send(message);
  return measured.parse(await answer);
}

async function read({ file, reading, before }: Asked): Promise<Measured> {
  const open = await opener(file, reading, before);
  const rss = process.memoryUsage().rss;
  const begun = performance.now();
  const used = process.cpuUsage();
  const count = await open();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  // of the process, in kilobytes
  const { maxRSS } = process.resourceUsage();
  return {
    seconds,
    processor: (user + system) / 1e6,
    megabytes: (1024 * maxRSS - rss) / 1e6,
    touched: firstTouch(columns * count),
    rows: count,
  };
}

/** Processor seconds of writing once to each page of so many new numbers of 32 bits. */
function firstTouch(numbers: number): number {
  const used = process.cpuUsage();
  const fresh = new Float32Array(numbers);
  for (let at = 0; at < numbers; at += 1024) fresh[at] = 1;
  const { user, system } = process.cpuUsage(used);
  return (user + system) / 1e6;
}

const opened = z.object({ examples: z.object({ count: z.number() }) });

/** What reads a file, its modules loaded. @returns the number of its rows */
async function opener(
  file: string,
  reading: Asked["reading"],
  before?: string,
): Promise<() => Promise<number>> {
  if (reading === "before" && before) {
    const module: unknown = await import(before);
    const { openTableFile: open } = z
      .object({ openTableFile: z.custom<typeof openTableFile>() })
      .parse(module);
    return async () => opened.parse(await open(file, "--data", { label: "y" })).examples.count;
  }
  if (reading === "plain")
    return async () => (await openTableFile(file, "--data", { label: "y" })).examples.count;
  const schema = tableSchema.parse(JSON.parse(readFileSync(`${file}.schema.json`, "utf8")));
  return async () => (await openBySchema({ path: file, origin: "--data" }, schema, {})).examples.count;
}

function mixedCell(unit: number, at: number): string {
  if (unit < 0.1) return "";
  if (at % 3 === 0) return (6 * unit - 3).toFixed(6);
  if (at % 3 === 1) return words[Math.floor(3 * unit)] ?? "";
  return new Date(86_400_000 * Math.floor(20_000 + 700 * unit)).toISOString().slice(0, 10);
}

function mixedColumn(at: number): object {
  if (at % 3 === 0) return { missing: 0 };
  if (at % 3 === 1) return { type: "category", categories: words, missing: "category" };
  return { type: "date", missing: "2025-01-01" };
}

async function writeTable(file: string, rows: number, kind: string): Promise<void> {
  const numberOf = Object.entries(kinds).find(([name]) => name === kind)?.[1];
  const names = Array.from({ length: columns }, (_, at) => `x${at}`);
  const schema = {
    format: 1,
    columns: names.map((name, at) => ({ name, ...(numberOf ? {} : mixedColumn(at)) })),
    label: { name: "y", task: "classification", classes: ["ill", "well"] },
  };
  writeFileSync(`${file}.schema.json`, JSON.stringify(schema));
  const random = randomStream(1, "demo");
  function* lines() {
    yield `${names.join()},y\n`;
    for (let row = 0; row < rows; row++) {
      let line = "";
      for (let at = 0; at < columns; at++) {
        const unit = random.unit();
        line += `${numberOf ? numberOf(unit) : mixedCell(unit, at)},`;
      }
      yield `${line}${row % 3 === 0 ? "ill" : "well"}\n`;
    }
  }
  await pipeline(Readable.from(inBlocks(lines())), createWriteStream(file));
}

function* inBlocks(lines: Iterable<string>): Generator<string> {
  let block = "";
  for (const line of lines) {
    block += line;
    if (block.length < 2 ** 20) continue;
    yield block;
    block = "";
  }
  yield block;
}
