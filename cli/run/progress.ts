import cliProgress from "cli-progress";
import pc from "picocolors";
import { percent } from "../../report/percent.ts";
import type { Config } from "../../shared/config/schema.ts";
import type { Watcher } from "./follow.ts";

export interface Progress extends Watcher {
  /** Leaves the terminal as it was. */
  end(): void;
}

/** Bars on a terminal, a line for each round elsewhere; always on standard error. */
export function showProgress(config: Config, stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bars(config, stream) : lines(config, stream);
}

export const silentProgress: Progress = { round() {}, epoch() {}, end() {} };

function bars({ federation, baseline }: Config, stream: NodeJS.WriteStream): Progress {
  const multi = new cliProgress.MultiBar(
    {
      stream,
      hideCursor: true,
      // all of it within eighty columns
      barsize: 20,
      formatTime: (seconds) => (Number.isFinite(seconds) ? `${Math.round(seconds)} s` : "?"),
      clearOnComplete: false,
      etaBuffer: 20,
      format: `${pc.bold("{name}")} {bar} {value}/{total} {unit}  {accuracy}  {eta_formatted} left`,
    },
    cliProgress.Presets.shades_classic,
  );
  const bar = (name: string, unit: string, total: number) =>
    multi.create(total, 0, { name: name.padEnd(11), unit, accuracy: "       " });
  const rounds = bar("federated", "rounds", federation.rounds);
  const epochs = baseline.enabled ? bar("centralized", "epochs", baseline.epochs) : undefined;
  return {
    round: (round, accuracy) => rounds.update(round, { accuracy: percent(accuracy) }),
    epoch: (epoch, accuracy) => epochs?.update(epoch, { accuracy: percent(accuracy) }),
    end: () => multi.stop(),
  };
}

function lines({ federation, baseline }: Config, stream: NodeJS.WriteStream): Progress {
  const start = performance.now();
  let centralized = "";
  return {
    round(round, accuracy) {
      // round 0 is the start, which nobody has trained yet
      if (round === 0) return;
      const elapsed = (performance.now() - start) / 1000;
      const left = Math.round((elapsed / round) * (federation.rounds - round));
      stream.write(
        `round ${String(round).padStart(String(federation.rounds).length)}/${federation.rounds}` +
          `  federated ${percent(accuracy)}${centralized}  ${left} s left\n`,
      );
    },
    epoch(epoch, accuracy) {
      centralized = `  centralized ${percent(accuracy)} (epoch ${epoch}/${baseline.epochs})`;
    },
    end() {},
  };
}
