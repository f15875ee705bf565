import cliProgress from "cli-progress";
import { shownScore } from "../../report/measure.ts";
import { cellName } from "../../shared/study/cells.ts";
import type { PlannedRun } from "../../shared/study/plan.ts";
import type { CellOutcome } from "../../shared/study/results.ts";
import { visible } from "../../shared/visible.ts";
import { type Progress, silentProgress } from "../run/progress.ts";
import { spokenDuration } from "./duration.ts";

/** What somebody who watches a study gets to see. */
export interface StudyProgress {
  /** A run is under way; what it answers watches that one. */
  run(name: string, planned: PlannedRun): Progress;
  /** A run is done with, or was before. */
  ended(outcome: CellOutcome, planned: PlannedRun, kept: boolean): void;
  /** What a person has to know of what was found, in one line. */
  note(text: string): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** @param say told what has to be known even so */
export const silentStudy = (say: (text: string) => void): StudyProgress => ({
  run: () => silentProgress,
  ended() {},
  note: (text) => say(`note: ${text}`),
  end() {},
});

/** A line for each run, always on standard error; on a terminal a bar below them that moves with the rounds. */
export function showStudy(runs: readonly PlannedRun[], stream: NodeJS.WriteStream): StudyProgress {
  const total = runs.length;
  const left = timeLeft(runs);
  const bar = stream.isTTY ? roundBar(total, stream) : undefined;
  let done = 0;
  const write = (line: string) => {
    if (bar) bar.above(line);
    else stream.write(line);
  };
  return {
    run(name, { config: { federation } }) {
      if (!bar) return silentProgress;
      const round = (n: number) => {
        const share = n / (federation.rounds + 1);
        bar.show(done + share, `${left.spoken()}  ${visible(name)}, round ${n}/${federation.rounds}`);
      };
      round(0);
      return { ...silentProgress, round };
    },
    ended(outcome, planned, kept) {
      done++;
      left.ended(planned, "result" in outcome ? outcome.result.seconds : undefined);
      const line =
        `run ${String(done).padStart(String(total).length)}/${total}  ${visible(cellName(outcome.cell.labels))}, ` +
        `seed ${planned.config.seed}: ${[said(outcome, kept), left.spoken()].filter(Boolean).join("; ")}\n`;
      write(line);
      bar?.show(done, left.spoken());
    },
    note: (text) => write(`note: ${visible(text)}\n`),
    end: () => bar?.end(),
  };
}

function said(outcome: CellOutcome, kept: boolean): string {
  if ("failed" in outcome) return `failed: ${outcome.failed.error}`;
  const { config, federated, baseline, ratio, seconds } = outcome.result;
  return [
    ...(kept ? ["kept"] : []),
    `federated ${shownScore(config, federated)}`,
    ...(baseline ? [`centralized ${shownScore(config, baseline)}`] : []),
    ...(ratio === null ? [] : [`ratio ${ratio.toFixed(4)}`]),
    ...(kept ? [] : [`${seconds.toFixed(1)} s`]),
  ].join(", ");
}

/** By the seconds that a round has taken so far: in kept runs too, so that a study that goes on knows at once. */
function timeLeft(runs: readonly PlannedRun[]) {
  const roundsOf = ({ config }: PlannedRun) => config.federation.rounds;
  let toDo = runs.reduce((sum, run) => sum + roundsOf(run), 0);
  let [rounds, seconds] = [0, 0];
  return {
    ended(run: PlannedRun, took: number | undefined) {
      toDo -= roundsOf(run);
      if (took === undefined) return;
      rounds += roundsOf(run);
      seconds += took;
    },
    spoken: () =>
      rounds === 0 || toDo === 0 ? "" : `about ${spokenDuration((seconds / rounds) * toDo)} left`,
  };
}

function roundBar(total: number, stream: NodeJS.WriteStream) {
  const multi = new cliProgress.MultiBar(
    {
      stream,
      hideCursor: true,
      barsize: 16,
      // only the bar is cut at the terminal's width, not the lines above it
      linewrap: true,
      format: `{bar} {runs}/${total} runs  {current}`,
    },
    cliProgress.Presets.shades_classic,
  );
  const bar = multi.create(total, 0, { runs: 0, current: "" });
  return {
    show: (done: number, current: string) => bar.update(done, { runs: Math.floor(done), current }),
    above(line: string) {
      multi.log(line);
      // or the last one would wait for a redraw that does not come
      multi.update();
    },
    end: () => multi.stop(),
  };
}
