import cliProgress from "cli-progress";
import pc from "picocolors";
import sparkly from "sparkly";
import { billSoFar } from "../../cloud/cost/so-far.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { footprints } from "../../functions/footprints.ts";
import { dollarAmount } from "../../report/bill.ts";
import { shownAs } from "../../report/measure.ts";
import { wholeNumber } from "../../report/numbers.ts";
import { sampled } from "../../report/sampled.ts";
import { taskOf } from "../../shared/task/tasks.ts";
import { visible } from "../../shared/visible.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import { addUsage, noUsage } from "../../shared/workflow/usage.ts";
import { awaitedOwners } from "./awaited.ts";
import type { Clients } from "./client-tally.ts";
import { wrapped } from "./folded.ts";
import type { Watcher } from "./follow.ts";
import { Pace } from "./pace.ts";
import { timeLeft } from "./time-left.ts";

/** What is to be known of a run beforehand. */
export type Watched = Pick<RunRecord, "config" | "from" | "owners"> & Partial<Pick<RunRecord, "dataset">>;

export interface Progress extends Watcher {
  /** Leaves the terminal as it was. */
  end(): void;
}

/** A live view on a terminal, a line for each round elsewhere; always on standard error. */
export function showProgress(run: Watched, deployment: Deployment, stream: NodeJS.WriteStream): Progress {
  const shown = stream.isTTY ? live(run, deployment, stream) : lines(run, stream);
  return { ...shown, owners: run.dataset?.owners };
}

export const silentProgress: Progress = { round() {}, epoch() {}, end() {} };

/** Columns of the bars and of the curves beside them: a line stays within eighty. */
const columns = { bar: 16, curve: 14 } as const;

/**
 * For each model a bar with the time left and its score as a curve, from the lowest to the highest of both; below
 * them how many examples the latest scores are over, what the clients do, and what the run would have cost on AWS.
 */
function live(run: Watched, deployment: Deployment, stream: NodeJS.WriteStream): Progress {
  const { config, from, owners } = run;
  const { federation, baseline } = config;
  const taken = from?.round ?? 0;
  const multi = new cliProgress.MultiBar(
    {
      stream,
      hideCursor: true,
      barsize: columns.bar,
      formatTime: timeLeft,
      clearOnComplete: false,
      etaBuffer: 20,
      format: `${pc.bold("{name}")} {bar} {value}/{total}  {score}  {eta_formatted} left  {curve}`,
    },
    cliProgress.Presets.shades_classic,
  );
  const shown = shownAs(taskOf(config).score.scale);
  const nothing = { score: "       ", curve: "" };
  const curve = (name: string, total: number) => {
    const bar = multi.create(total, 0, { name: name.padEnd(11), ...nothing });
    const scores: number[] = [];
    return {
      scores,
      reached: (n: number, score: number) => {
        scores.push(score);
        bar.update(n, { score: shown(score).padStart(8) });
      },
      draw: (minimum: number, maximum: number) => {
        const few = sampled(scores, Math.min(scores.length, columns.curve));
        bar.update({ curve: sparkly(few, { minimum, maximum }) });
      },
    };
  };
  const federated = curve("federated", federation.rounds);
  const centralized = baseline.enabled ? curve("centralized", baseline.epochs) : undefined;
  const curves = [federated, ...(centralized ? [centralized] : [])];
  const over = { federated: "", centralized: "" };
  const examples = multi.create(1, 0, { over: "" }, { format: `${pc.bold("examples   ")} {over}` });
  const count = (model: keyof typeof over, evaluated: number) => {
    over[model] = `${model} ${wholeNumber(evaluated)}`;
    examples.update({ over: Object.values(over).filter(Boolean).join(", ") });
  };
  const clients = multi.create(1, 0, { clients: "" }, { format: `${pc.bold("clients    ")} {clients}` });
  const begun = performance.now();
  let [rounds, epochs] = [0, 0];
  let spent = noUsage;
  const cost = multi.create(1, 0, { cost: "" }, { format: `${pc.bold("cost       ")} {cost}` });
  const tell = () => {
    const seconds = (performance.now() - begun) / 1000;
    const { dollars } = billSoFar(
      config,
      { rounds, taken, epochs, usage: spent, seconds, owners: owners !== undefined },
      deployment,
      footprints,
    );
    cost.update({ cost: `${dollarAmount(dollars)} dollars on AWS so far` });
  };
  const draw = () => {
    const all = curves.flatMap(({ scores }) => scores);
    for (const one of curves) one.draw(Math.min(...all), Math.max(...all));
  };
  return {
    round(round, score, usage, evaluated) {
      federated.reached(round, score);
      count("federated", evaluated);
      // the round that evaluated this model has been trained by now, maybe by the run that this one goes on from
      rounds = Math.max(0, Math.min(round + 1, federation.rounds) - taken);
      if (round >= taken) spent = addUsage(spent, usage);
      draw();
      tell();
    },
    epoch(epoch, score, evaluated) {
      centralized?.reached(epoch, score);
      count("centralized", evaluated);
      epochs = epoch;
      draw();
    },
    clients: (seen, round) =>
      clients.update({ clients: told(seen, seen ? awaitedOwners(run, round, seen) : []) }),
    note: (text) => {
      for (const line of wrapped(visible(text), stream.columns)) multi.log(`${line}\n`);
    },
    end: () => {
      // what was just said is not shown by stopping
      multi.update();
      multi.stop();
    },
  };
}

function told(clients: Clients | undefined, awaited: readonly string[]): string {
  if (!clients) return "not shown: that takes the right to states:GetExecutionHistory";
  const { invited, running, failed, retried } = clients;
  const seen = `${running} of ${invited} running, ${failed} failed, ${retried} retried`;
  return awaited.length === 0 ? seen : `${seen}; waits for ${awaited.join(", ")}`;
}

function lines(run: Watched, stream: NodeJS.WriteStream): Progress {
  const { config } = run;
  const { federation, baseline } = config;
  const shown = shownAs(taskOf(config).score.scale);
  const pace = new Pace();
  let centralized = "";
  return {
    round(round, score, _usage, examples) {
      const left = timeLeft(pace.secondsLeft(round, federation.rounds));
      // round 0 is the start, which nobody has trained yet
      if (round === 0) return;
      stream.write(
        `round ${String(round).padStart(String(federation.rounds).length)}/${federation.rounds}` +
          `  federated ${shown(score)} of ${wholeNumber(examples)}${centralized}  ${left} left\n`,
      );
    },
    epoch(epoch, score, examples) {
      centralized = `  centralized ${shown(score)} of ${wholeNumber(examples)} (epoch ${epoch}/${baseline.epochs})`;
    },
    note: (text) => void stream.write(`${visible(text)}\n`),
    ...(run.owners && { clients: waitingLines(run, stream) }),
    end() {},
  };
}

/** Milliseconds that a round has waited for the same owners before it is said. */
const patienceMs = 10_000;

/** A line for those whom a round has waited for some time. */
function waitingLines(run: Watched, stream: NodeJS.WriteStream): NonNullable<Progress["clients"]> {
  let [last, since, said] = ["", 0, false];
  return (seen, round) => {
    const awaited = seen ? awaitedOwners(run, round, seen).join(", ") : "";
    if (awaited !== last) [last, since, said] = [awaited, performance.now(), false];
    if (said || awaited === "" || performance.now() - since < patienceMs) return;
    said = true;
    stream.write(`${visible(`round ${round} waits for ${awaited}`)}\n`);
  };
}
