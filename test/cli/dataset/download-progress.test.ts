import { describe, expect, it } from "vitest";
import { showDownload } from "../../../cli/dataset/download-progress.ts";
import type { DownloadProgress } from "../../../mnist/download.ts";
import { drawnStream } from "../drawn-stream.ts";

const event: DownloadProgress = {
  file: "t10k-labels-idx1-ubyte",
  mirror: "https://a.test/",
  received: 1_000_000,
  total: 4_000_000,
};

/** What is drawn of a download. */
function shown(isTTY: boolean, events: readonly DownloadProgress[]): string {
  const { terminal, text } = drawnStream(isTTY);
  const download = showDownload(terminal);
  for (const one of events) download.report(one);
  download.end();
  download.end();
  return text();
}

describe("the progress of a download", () => {
  it("is a line for each file and mirror where nobody looks", () => {
    const events = [
      event,
      { ...event, received: 2_000_000 },
      { ...event, mirror: "https://b.test/", total: undefined },
    ];
    expect(shown(false, events)).toBe(
      "downloading t10k-labels-idx1-ubyte (4.0 MB) from https://a.test/\n" +
        "downloading t10k-labels-idx1-ubyte from https://b.test/\n",
    );
  });

  it("is a bar of megabytes on a terminal, which it leaves as it was", () => {
    const text = shown(true, [event, { ...event, received: 4_000_000 }]);
    expect(text).toContain("t10k-labels-idx1-ubyte");
    expect(text).toContain("1.0 of 4.0 MB");
    expect(text).toContain("4.0 of 4.0 MB");
    const [hidden, visible] = ["25l", "25h"].map((code) =>
      text.lastIndexOf(`${String.fromCharCode(27)}[?${code}`),
    );
    expect(visible).toBeGreaterThan(hidden ?? 0);
  });

  it("is nothing where nothing is downloaded", () => {
    expect(shown(false, [])).toBe("");
    expect(shown(true, [])).toBe("");
  });
});
