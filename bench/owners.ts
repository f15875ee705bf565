import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { openOwnersFolder } from "../cli/dataset/open-tables.ts";
import { makeDemoHome } from "../cli/demo/home.ts";
import { federation, joinAll } from "../cli/demo/join.ts";
import { type OwnerTable, writeClinics } from "../cli/demo/tables.ts";
import { trainAll } from "../cli/demo/train.ts";
import { executeRun } from "../cli/run/execute.ts";
import { uploadDataset } from "../cli/run/launch.ts";
import { silentProgress } from "../cli/run/progress.ts";
import type { Session } from "../cli/session.ts";
import { localTarget } from "../cli/targets/local.ts";
import { idleMonth } from "../cloud/cost/door.ts";
import { defaultDeployment } from "../functions/footprints.ts";
import type { Config } from "../shared/config/schema.ts";
import { idleSeconds } from "../shared/owners/waiting-job.ts";
import type { Result } from "../shared/workflow/result-record.ts";
import { median } from "./measure.ts";

const given = new Command("bench:owners")
  .description(
    "What owners in processes of their own add to a round, beside the simulated run over the same tables",
  )
  .option("--turns <n>", "of each, in turn", Number, 3)
  .option("--rounds <n>", "of training in each run", Number, 10)
  .parse()
  .opts<{ turns: number; rounds: number }>();

interface Turn {
  /** Of the rounds but the first, which starts processes. */
  readonly msPerRound: number;
  /** Signed requests that the coordinator's services have decided on. */
  readonly requests: number;
  readonly weights: string;
}

const session: Session = {
  env: process.env,
  stderr: process.stderr,
  signal: new AbortController().signal,
  print: () => {},
  say: () => {},
};

const home = await makeDemoHome(undefined);
try {
  const tables = await writeClinics(home.tables);
  const settings = ["model.hidden=[16]", "training.batchSize=16", `federation.rounds=${given.rounds}`];
  await joinAll(session, home, tables, settings);
  const folder = withoutIds(tables.tables);
  const [owners, simulated]: [Turn[], Turn[]] = [[], []];
  for (let turn = 1; turn <= given.turns; turn++) {
    const counted = { requests: 0 };
    const decided = () => void counted.requests++;
    const result = await trainAll(session, home, tables.tables, {
      ...{ quiet: true, decided },
      name: `${federation}.turn-${turn}`,
    });
    owners.push(turnOf(result, counted.requests));
    simulated.push(await simulate(`simulated-${turn}`, result.config, folder));
  }
  report(owners, simulated, tables.tables.length);
} finally {
  rmSync(home.folder, { recursive: true, force: true });
}

/** The same tables as a simulated run reads them. */
function withoutIds(tables: readonly OwnerTable[]): string {
  const folder = join(home.folder, "without-ids");
  mkdirSync(folder);
  for (const { owner, file } of tables) {
    const csv = readFileSync(file, "utf8");
    writeFileSync(join(folder, `${owner}.csv`), csv.replace(/^[^,]*,/gm, ""));
  }
  return folder;
}

async function simulate(run: string, config: Config, folder: string): Promise<Turn> {
  let requests = 0;
  const target = await localTarget({
    ...{ home: home.coordinator, tfjs: false, environments: availableParallelism(), say: () => {} },
    decided: () => void requests++,
  });
  try {
    const { dataset } = await openOwnersFolder(folder, { label: "readmitted" });
    const order = { run, config, dataset: await uploadDataset(target, dataset) };
    return turnOf(await executeRun(target, order, () => silentProgress, session.signal), requests);
  } finally {
    await target.close();
  }
}

function turnOf({ federated }: Result, requests: number): Turn {
  const rounds = federated.rounds.slice(1);
  const seconds = rounds.reduce((sum, one) => sum + one.seconds, 0);
  return { msPerRound: (1000 * seconds) / rounds.length, requests, weights: federated.weightsSha256 };
}

function report(owners: readonly Turn[], simulated: readonly Turn[], count: number): void {
  const digests = new Set([...owners, ...simulated].map(({ weights }) => weights));
  if (digests.size !== 1) throw new Error("the runs have other weights than each other");
  const [remote, here] = [owners, simulated].map((turns) => ({
    ms: median(turns.map(({ msPerRound }) => msPerRound)),
    // the final pass is a round too
    requests: median(turns.map(({ requests }) => requests)) / (given.rounds + 1),
  }));
  if (!remote || !here) return;
  const dollars = idleMonth(defaultDeployment, idleSeconds).total;
  console.log(
    [
      `${count} owners, ${given.rounds} rounds, ${given.turns} turns, medians:`,
      `a round takes ${remote.ms.toFixed(0)} ms with owners' processes, ${here.ms.toFixed(0)} ms simulated`,
      `an owner adds ${((remote.requests - here.requests) / count).toFixed(1)} signed requests to a round (${remote.requests.toFixed(1)} and ${here.requests.toFixed(1)} in all)`,
      `idle, asking every ${idleSeconds} s, an owner costs ${dollars.toFixed(3)} dollars a month`,
    ].join("\n"),
  );
}
