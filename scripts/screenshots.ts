/**
 * Takes the README's pictures of a run into docs/images: npm run screenshots -- .fedstep/runs/RUN
 * The report in light, in dark and on a phone, and what the terminal shows of the run.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { html } from "../report/markup.ts";
import { findChromium, launchChromium } from "./chromium.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const images = join(root, "docs", "images");
/** A README of heavier pictures is slow to open. */
const mostBytes = 400_000;

interface Picture {
  readonly name: string;
  readonly context: BrowserContextOptions;
  /** CSS pixels from the top; the whole page where undefined. */
  readonly height?: number;
}

const reportPictures: readonly Picture[] = [
  {
    name: "report-light",
    context: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
    height: 1560,
  },
  {
    name: "report-dark",
    context: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
    height: 1560,
  },
  {
    name: "report-phone",
    context: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, colorScheme: "light" },
    height: 1200,
  },
];

const terminal: Picture = {
  name: "terminal",
  context: { viewport: { width: 860, height: 200 }, deviceScaleFactor: 2, colorScheme: "dark" },
};

const [directory] = process.argv.slice(2);
const executable = findChromium();
if (!directory) throw new Error("give the folder of a run: npm run screenshots -- .fedstep/runs/RUN");
if (!executable) throw new Error("there is no Chromium; name one in CHROME_PATH");

mkdirSync(images, { recursive: true });
const browser = await launchChromium(executable);
try {
  const report = pathToFileURL(join(resolve(directory), "report.html")).href;
  for (const picture of reportPictures) await take(browser, picture, report);
  const page = terminalPage(directory);
  await take(browser, terminal, `data:text/html;base64,${Buffer.from(page).toString("base64")}`);
} finally {
  await browser.close();
}

async function take(browser: Browser, { name, context, height }: Picture, url: string): Promise<void> {
  const opened = await browser.newContext(context);
  const page = await opened.newPage();
  await page.goto(url);
  // the first sample's answer is there after a frame
  await page.waitForTimeout(300);
  const path = join(images, `${name}.png`);
  const { width } = context.viewport ?? { width: 0 };
  await page.screenshot({
    path,
    fullPage: true,
    ...(height !== undefined && { clip: { x: 0, y: 0, width, height } }),
  });
  await opened.close();
  const bytes = statSync(path).size;
  if (bytes > mostBytes) throw new Error(`${path} has ${bytes} bytes, and ${mostBytes} are the most`);
  process.stdout.write(`${path}  ${Math.ceil(bytes / 1000)} kB\n`);
}

/** What fedstep really answers about the run, in the look of a terminal. */
function terminalPage(directory: string): string {
  const run = basename(resolve(directory));
  const home = resolve(directory, "..", "..");
  const answer = execFileSync(
    process.execPath,
    [join(root, "bin/fedstep.mjs"), "show", run, "--home", home],
    {
      encoding: "utf8",
    },
  );
  return html`<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 28px 32px; background: #14161b; color: #d9dce3; }
pre { margin: 0; font: 14px/1.2 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
b { color: #8cb0ff; font-weight: 400; }
</style><pre><b>$</b> fedstep show ${run}
${answer}</pre>`.text;
}
