import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { main } from "../cli/main.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import { holdOut } from "../shared/partition/partition.ts";
import { resultRecord } from "../shared/workflow/result-record.ts";
import { type HospitalTable, hospitalTables } from "./pooled/tables.ts";

const given = new Command("bench:pooled")
  .description(
    "Five hospitals' tables with text, gaps and dates: the federation's figures beside those of scikit-learn on the pooled table",
  )
  .option("--python <program>", "that has scikit-learn", "/usr/bin/python3")
  .option("--rounds <n>", "of training", Number, 60)
  .parse()
  .opts<{ python: string; rounds: number }>();

interface Case {
  readonly task: "binary" | "regression";
  readonly label: string;
  /** The other target, which no model of this one may see. */
  readonly without: string;
  readonly shown: readonly string[];
}

const cases: readonly Case[] = [
  { task: "binary", label: "died", without: "days", shown: ["rocAuc", "prAuc", "brier"] },
  { task: "regression", label: "days", without: "died", shown: ["r2", "mae"] },
];
const models = [
  { name: "linear", hidden: "[]" },
  { name: "mlp", hidden: "[16]" },
] as const;

const folder = mkdtempSync(join(tmpdir(), "fedstep-pooled-"));
try {
  for (const one of cases) await compare(one);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare({ task, label, without, shown }: Case): Promise<void> {
  const tables = hospitalTables().map((table) => leaveOut(table, without));
  const clients = join(folder, task);
  mkdirSync(clients);
  for (const { name, header, rows } of tables) {
    writeFileSync(join(clients, `${name}.csv`), `${[header, ...rows].map((row) => row.join()).join("\n")}\n`);
  }
  const schema = join(folder, `${task}.json`);
  await fedstep("schema", "infer", "--clients", clients, "--label", label, "--out", schema);
  const pooled = bySklearn(task, label, tables);
  for (const { name, hidden } of models) {
    const set = [
      ...[`model.hidden=${hidden}`, `federation.rounds=${given.rounds}`, "training.learningRate=0.05"],
      ...["training.batchSize=32", "training.localEpochs=1", `baseline.epochs=${given.rounds}`],
    ].flatMap((assignment) => ["--set", assignment]);
    const run = `${task}-${name}`;
    await fedstep(
      "run",
      "--clients",
      clients,
      "--schema",
      schema,
      "--name",
      run,
      "--home",
      folder,
      "--quiet",
      ...set,
    );
    const text = readFileSync(join(folder, "runs", run, "result.json"), "utf8");
    const { federated, baseline } = resultRecord.parse(JSON.parse(text));
    const of = (figures: object | null, figure: string) =>
      (new Map<string, unknown>(Object.entries(figures ?? {})).get(figure) as number).toFixed(4);
    for (const figure of shown) {
      console.log(
        `${task} ${name} ${figure}: federated ${of(federated, figure)}, centralized ${of(baseline, figure)}, ` +
          `scikit-learn ${(pooled[name]?.[figure] ?? Number.NaN).toFixed(4)}`,
      );
    }
  }
}

function leaveOut({ name, header, rows }: HospitalTable, column: string): HospitalTable {
  const at = header.indexOf(column);
  return { name, header: header.toSpliced(at, 1), rows: rows.map((row) => row.toSpliced(at, 1)) };
}

/** On the rows that the clients train with, pooled, judged on those that they hold out; prepared by scikit-learn's own means. */
function bySklearn(
  task: Case["task"],
  label: string,
  tables: readonly HospitalTable[],
): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const { seed, dataset } = resolveConfig({ owners: tables.length });
  const [train, test]: [string[][], string[][]] = [[], []];
  for (const [client, { header, rows }] of tables.entries()) {
    const all = Uint32Array.from({ length: rows.length }, (_, row) => row);
    const split = holdOut(all, dataset.heldOut, seed, client);
    const target = header.indexOf(label);
    const asked = (row: number) => {
      const cells = rows[row] ?? [];
      const y = task === "binary" ? (cells[target] === "yes" ? "1" : "0") : (cells[target] ?? "");
      // the first column is the id
      return [...cells.toSpliced(target, 1).slice(1), y];
    };
    train.push(...Array.from(split.train, asked));
    test.push(...Array.from(split.test, asked));
  }
  const script = fileURLToPath(new URL("pooled/pooled.py", import.meta.url));
  const input = JSON.stringify({ task, train, test, numbers: [0, 4, 5], words: [1, 2], dates: [3] });
  return JSON.parse(execFileSync(given.python, [script], { input, encoding: "utf8", maxBuffer: 2 ** 28 }));
}

async function fedstep(...args: string[]): Promise<void> {
  let said = "";
  const code = await main(args, {
    env: process.env,
    stderr: process.stderr,
    signal: new AbortController().signal,
    print: () => {},
    say: (text) => {
      said += `${text}\n`;
    },
  });
  if (code !== 0) throw new Error(`fedstep ${args.join(" ")}: ${said}`);
}
