import { type ChildProcess, fork } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import * as z from "zod";
import { openTableFile } from "../cli/dataset/open-tables.ts";
import { randomStream } from "../shared/random.ts";
import { markdownRows, writeBetweenMarkers } from "./table.ts";

const columns = 50;

/** How each kind of file writes its numbers. */
const kinds = {
  "six decimals, as `%.6f`": (unit: number) => (6 * unit - 3).toFixed(6),
  "whole numbers, 0 to 255": (unit: number) => String(Math.floor(256 * unit)),
  "up to 17 digits, as Python's repr": (unit: number) => String((6 * unit - 3) * Math.PI),
} as const;
const kindNames = Object.keys(kinds);

const measured = z.object({
  seconds: z.number(),
  processor: z.number(),
  megabytes: z.number(),
  rows: z.number(),
});

/**
 * What reading one file took: seconds by the clock and of the processor, and the process' largest resident set, less
 * that before it.
 */
type Measured = z.output<typeof measured>;

if (process.send) {
  process.once("message", (file: string) => {
    read(file).then((done) => process.send?.(done, () => process.disconnect()));
  });
} else {
  const { rows, write } = new Command("bench:csv")
    .description("Seconds, MB/s and memory of reading a CSV file of 50 columns of numbers and a label")
    .option("--rows <n>", "of each file", Number, 1_000_000)
    .option("--write", "put the table into docs/performance.md")
    .parse()
    .opts<{ rows: number; write?: boolean }>();
  const table = await benchTable(rows);
  console.log(table);
  if (write) writeBetweenMarkers("docs/performance.md", "csv", table);
}

async function benchTable(rows: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-bench-"));
  try {
    const heading = ["numbers", "MB", "seconds", "of processor", "MB/s of processor", "peak memory, MB"];
    const lines = [heading, heading.map((_, i) => (i === 0 ? "---" : "---:"))];
    for (const kind of kindNames) {
      const file = join(folder, "table.csv");
      await writeTable(file, rows, kind);
      const megabytes = statSync(file).size / 1e6;
      const done = await readInProcess(file);
      if (done.rows !== rows) throw new Error(`read ${done.rows} of ${rows} rows`);
      const speed = megabytes / done.processor;
      lines.push([
        kind,
        ...[megabytes.toFixed(0), done.seconds.toFixed(1), done.processor.toFixed(1)],
        ...[speed.toFixed(0), done.megabytes.toFixed(0)],
      ]);
    }
    const { node } = process.versions;
    const on = `${cpus()[0]?.model.trim()}, one core; Node ${node}. ${rows.toLocaleString("en")} rows of ${columns} numbers and a label:`;
    return `${on}\n\n${markdownRows(lines)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A process of its own for each file, whose largest memory is that file's. */
async function readInProcess(file: string): Promise<Measured> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), { execArgv: process.execArgv });
  const answer = new Promise<unknown>((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the reading process ended with ${code}`)));
  });
  child.send(file);
  return measured.parse(await answer);
}

async function read(file: string): Promise<Measured> {
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  const used = process.cpuUsage();
  const { examples } = await openTableFile(file, "--data", { label: "y" });
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  // of the process, in kilobytes
  const { maxRSS } = process.resourceUsage();
  return {
    seconds,
    processor: (user + system) / 1e6,
    megabytes: (1024 * maxRSS - before) / 1e6,
    rows: examples.count,
  };
}

async function writeTable(file: string, rows: number, kind: string): Promise<void> {
  const numberOf = Object.entries(kinds).find(([name]) => name === kind)?.[1] ?? String;
  const random = randomStream(1, "demo");
  function* lines() {
    yield `${Array.from({ length: columns }, (_, at) => `x${at}`).join()},y\n`;
    for (let row = 0; row < rows; row++) {
      let line = "";
      for (let at = 0; at < columns; at++) line += `${numberOf(random.unit())},`;
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
