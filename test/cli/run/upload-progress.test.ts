import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { showUpload } from "../../../cli/run/upload-progress.ts";

/** What is written to a stream that is a terminal, or none, of 120 columns. */
function shown(isTTY: boolean, ...megabytes: number[]): string {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 120,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  const upload = showUpload(stream as unknown as NodeJS.WriteStream);
  for (const one of megabytes) upload.sent(one * 1e6, 55e6);
  upload.end();
  upload.end();
  return String(stream.read() ?? "");
}

test("an upload is a bar on a terminal, which it leaves as it was", () => {
  const text = shown(true, 0, 8, 55);
  expect(text).toContain("0 of 55 MB");
  expect(text).toContain("55 of 55 MB");
  expect(text.lastIndexOf("\u001b[?25h")).toBeGreaterThan(text.lastIndexOf("\u001b[?25l"));
});

test("nothing is drawn where nobody looks, or nothing is sent in parts", () => {
  expect(shown(false, 0, 8, 55)).toBe("");
  expect(shown(true)).toBe("");
});
