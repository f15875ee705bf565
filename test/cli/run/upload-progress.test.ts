import { expect, test } from "vitest";
import { showUpload } from "../../../cli/run/upload-progress.ts";
import { drawnStream } from "../drawn-stream.ts";

/** What is drawn of an upload of which so many megabytes have arrived, again and again. */
function shown(isTTY: boolean, ...megabytes: number[]): string {
  const { terminal, text } = drawnStream(isTTY);
  const upload = showUpload(terminal);
  for (const one of megabytes) upload.sent(one * 1e6, 55e6);
  upload.end();
  upload.end();
  return text();
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
