import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { comparisonPage } from "../../report/comparison-page.ts";
import { compareRuns } from "../../report/run-comparison.ts";
import { findChromium, launchChromium } from "../../scripts/chromium.ts";
import { faults } from "./axe.ts";
import { toldStory } from "./told-story.ts";

const executable = findChromium();

// without a browser they are skipped, and reported by their names
describe.skipIf(!executable)("the page of compared runs in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-comparison-"));
  const file = join(folder, "compared.html");
  let browser: Browser;

  beforeAll(async () => {
    const results = ["first", "second-of-two-runs-with-a-long-name"].map((run, i) => ({
      ...toldStory({ rounds: 30, set: [`seed=${i}`, `federation.strategy.name=${["FedAvg", "FedProx"][i]}`] })
        .result,
      run,
    }));
    writeFileSync(file, comparisonPage(compareRuns(results)));
    browser = await launchChromium(executable ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    { width: 1280, colorScheme: "light" },
    { width: 1280, colorScheme: "dark" },
    { width: 360, colorScheme: "light" },
    { width: 360, colorScheme: "dark" },
  ] as const)("asks for nothing, fits and keeps nobody out: $width px, $colorScheme", async (look) => {
    const { width, colorScheme } = look;
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const heard: string[] = [];
    page.on("request", (request) => void heard.push(request.url()));
    page.on("console", (message) => void heard.push(message.text()));
    page.on("pageerror", (error) => void heard.push(error.message));
    const url = pathToFileURL(file).href;
    await page.goto(url);
    expect(heard.filter((what) => what !== url && !what.startsWith("data:"))).toEqual([]);
    await page.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await faults(page)).toEqual([]);
    await page.close();
  });
});
