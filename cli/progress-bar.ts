import cliProgress from "cli-progress";
import { timeLeft } from "./run/time-left.ts";

export interface ProgressBar {
  /** So much of all has been done. */
  told(done: number, of: number): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/**
 * A bar with the time left, on a terminal; elsewhere nothing.
 * @param format as cli-progress has it
 * @param clears whether nothing of it is to remain
 */
export function progressBar(stream: NodeJS.WriteStream, format: string, clears = false): ProgressBar {
  if (!stream.isTTY) return { told() {}, end() {} };
  const { SingleBar, Presets } = cliProgress;
  const bar = new SingleBar(
    { stream, hideCursor: true, clearOnComplete: clears, formatTime: timeLeft, format },
    Presets.shades_classic,
  );
  let begun = false;
  return {
    told(done, of) {
      if (!begun) bar.start(of, 0);
      begun = true;
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}
