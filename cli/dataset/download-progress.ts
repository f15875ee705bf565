import cliProgress from "cli-progress";
import type { DownloadReporter } from "../../mnist/download.ts";
import { visible } from "../../shared/visible.ts";

export interface ShownDownload {
  readonly report: DownloadReporter;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** One bar for each file on a terminal, a line when each begins elsewhere. */
export function showDownload(stream: NodeJS.WriteStream): ShownDownload {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ShownDownload {
  const { SingleBar, Presets } = cliProgress;
  const shown = new SingleBar(
    { stream, hideCursor: true, format: "{file} {bar} {done} of {all} MB" },
    Presets.shades_classic,
  );
  let current = "";
  return {
    report({ file, mirror, received, total = received }) {
      const payload = { file, done: megabytes(received), all: megabytes(total) };
      if (current !== mirror + file) {
        current = mirror + file;
        shown.stop();
        shown.start(total, received, payload);
      }
      shown.setTotal(total);
      shown.update(received, payload);
    },
    end: () => shown.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): ShownDownload {
  let current = "";
  return {
    report({ file, mirror, total }) {
      if (current === mirror + file) return;
      current = mirror + file;
      const size = total === undefined ? "" : ` (${megabytes(total)} MB)`;
      stream.write(`downloading ${file}${size} from ${visible(mirror)}\n`);
    },
    end() {},
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
