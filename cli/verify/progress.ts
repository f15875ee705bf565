import cliProgress from "cli-progress";
import { timeLeft } from "../run/time-left.ts";

export interface VerifyProgress {
  /** So many of all rounds and epochs have been gone through. */
  told(done: number, of: number): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** A bar on a terminal; elsewhere nothing, since what is found comes at the end. */
export function showVerification(stream: NodeJS.WriteStream): VerifyProgress {
  if (!stream.isTTY) return { told() {}, end() {} };
  const { SingleBar, Presets } = cliProgress;
  const bar = new SingleBar(
    {
      stream,
      hideCursor: true,
      clearOnComplete: true,
      formatTime: timeLeft,
      format: "verifying {bar} {value} of {total}  {eta_formatted} left",
    },
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
