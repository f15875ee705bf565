import cliProgress from "cli-progress";
import { timeLeft } from "./time-left.ts";

export interface ShownUpload {
  /** So many of all bytes have arrived. */
  sent(bytes: number, all: number): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** A bar of megabytes with the time left on a terminal; elsewhere nothing, since the line that begins it says all. */
export function showUpload(stream: NodeJS.WriteStream): ShownUpload {
  if (!stream.isTTY) return { sent() {}, end() {} };
  const { SingleBar, Presets } = cliProgress;
  const shown = new SingleBar(
    {
      stream,
      hideCursor: true,
      formatTime: timeLeft,
      format: "uploading {bar} {value} of {total} MB  {eta_formatted} left",
    },
    Presets.shades_classic,
  );
  let begun = false;
  return {
    sent(bytes, all) {
      if (!begun) shown.start(megabytes(all), 0);
      begun = true;
      shown.update(megabytes(bytes));
    },
    end: () => shown.stop(),
  };
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
