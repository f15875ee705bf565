import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleDigits } from "../../report/page/strokes.ts";
import { reportPage } from "../../report/page.ts";
import { findChromium, launchChromium } from "../../scripts/chromium.ts";
import { faults } from "./axe.ts";
import { chartContrast } from "./chart-contrast.ts";
import { answers, between, draw } from "./drawing.ts";
import { toldStory } from "./told-story.ts";
import { trainedStory } from "./trained-story.ts";

const executable = findChromium();
const sizes = [
  { width: 1280, height: 900 },
  { width: 360, height: 740 },
] as const;
const schemes = ["light", "dark"] as const;
/** A run of four clients with models that know digits, and one of 120 clients. */
const [few, many] = ["few.html", "many.html"] as const;

// without a browser they are skipped, and reported by their names
describe.skipIf(!executable)("the page in Chromium", () => {
  let folder: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fedstep-report-"));
    writeFileSync(join(folder, few), reportPage(await trainedStory()));
    writeFileSync(join(folder, many), reportPage(toldStory({ clients: 120, rounds: 60 })));
    browser = await launchChromium(executable ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const urlOf = (file: string) => pathToFileURL(join(folder, file)).href;

  /** Opens a file, and tells what the page asked for and complained about. */
  async function opened(
    file: string,
    { width, height }: { width: number; height: number },
    colorScheme: "light" | "dark" = "light",
  ) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => void requests.push(request.url()));
    page.on("console", (message) => void complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => void complaints.push(error.message));
    await page.goto(urlOf(file));
    return { page, requests, complaints };
  }

  test.each([few, many])("opens from disk without a request and without a complaint: %s", async (file) => {
    const { page, requests, complaints } = await opened(file, sizes[0]);
    await page.waitForLoadState("networkidle");
    expect(requests.filter((url) => url !== urlOf(file) && !url.startsWith("data:"))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  describe.each(sizes)("at $width px", (size) => {
    test.each([few, many])("every figure shows one chart, within the page's width: %s", async (file) => {
      const { page } = await opened(file, size);
      const boxes = await page.evaluate(`[...document.querySelectorAll("figure")].map((figure) =>
        [...figure.querySelectorAll("svg")].map((svg) => svg.getBoundingClientRect()).filter(({ width }) => width > 0)
          .map(({ left, right, width, height }) => ({ left, right, width, height })))`);
      const figures = boxes as { left: number; right: number; width: number; height: number }[][];
      expect(figures).toHaveLength(10);
      for (const shown of figures) {
        expect(shown).toHaveLength(1);
        const [chart] = shown;
        expect(chart?.left).toBeGreaterThanOrEqual(0);
        expect(chart?.right).toBeLessThanOrEqual(size.width);
        expect(chart?.width).toBeGreaterThan(200);
        expect(chart?.height).toBeGreaterThan(80);
      }
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(size.width);
      await page.close();
    });

    test.each(schemes)("axe finds no serious fault, with every table open: %s", async (scheme) => {
      const { page } = await opened(few, size, scheme);
      await page.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
      expect(await faults(page)).toEqual([]);
      await page.close();
    });

    test.each(schemes)("text in charts stands out from what is behind it: %s", async (scheme) => {
      const { page } = await opened(few, size, scheme);
      const { texts, least } = await chartContrast(page);
      expect(texts).toBeGreaterThan(300);
      // WCAG 2.2, 1.4.3
      expect(least).toBeGreaterThanOrEqual(4.5);
      await page.close();
    });
  });

  test("every digit that is drawn with the mouse is recognized by both models", async () => {
    const { page, complaints } = await opened(few, sizes[0]);
    for (const [digit, strokes] of sampleDigits.entries()) {
      await page.click("#clear");
      await draw(page, strokes);
      expect(await answers(page)).toEqual({ federated: String(digit), centralized: String(digit) });
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("where and how large a digit is drawn makes no difference", async () => {
    const { page } = await opened(few, sizes[0]);
    for (const [scale, right, down] of [
      [0.45, 0.05, 0.1],
      [0.6, 0.4, 0.3],
    ] as const) {
      await page.click("#clear");
      const strokes = sampleDigits[3]?.map((stroke) =>
        stroke.map(([x, y]): [number, number] => [right + scale * x, down + scale * y]),
      );
      await draw(page, strokes ?? []);
      expect(await answers(page)).toEqual({ federated: "3", centralized: "3" });
    }
    await page.close();
  });

  test("the first stroke takes the sample's place, and probabilities add up to one", async () => {
    const { page } = await opened(few, sizes[0]);
    expect(await answers(page)).toEqual({ federated: "3", centralized: "3" });
    await draw(page, sampleDigits[0] ?? []);
    expect(await answers(page)).toEqual({ federated: "0", centralized: "0" });
    const shares = await page.evaluate(
      `[...document.querySelectorAll(".bar.federated")].map((cell) => Number(cell.style.getPropertyValue("--share")))`,
    );
    expect((shares as number[]).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    await page.close();
  });

  test("the keyboard draws as well: a stroke down is a one", async () => {
    const { page } = await opened(few, sizes[0]);
    await page.click("#clear");
    await page.focus("#pad");
    for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    for (let i = 0; i < 16; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    expect(await answers(page)).toEqual({ federated: "1", centralized: "1" });
    await page.locator("#verdict", { hasText: /^federated: 1, / }).waitFor({ state: "attached" });
    await page.keyboard.press("Delete");
    await page.locator("[data-best]").first().waitFor({ state: "detached" });
    await page.close();
  });

  test("touch draws too", async () => {
    const context = await browser.newContext({ viewport: sizes[1], hasTouch: true });
    const page = await context.newPage();
    await page.goto(urlOf(few));
    await page.click("#clear");
    const pad = page.locator("#pad");
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    if (!box) throw new Error("the pad is not shown");
    const client = await context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", point?: readonly [number, number]) =>
      client.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: point ? [{ x: box.x + point[0] * box.width, y: box.y + point[1] * box.height }] : [],
      });
    for (const stroke of sampleDigits[7] ?? []) {
      const [first, ...rest] = between(stroke);
      await touch("touchStart", first);
      for (const point of rest) await touch("touchMove", point);
      await touch("touchEnd");
    }
    expect(await answers(page)).toEqual({ federated: "7", centralized: "7" });
    await context.close();
  });

  test("a page without scripts has its charts and says what is missing", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(urlOf(few));
    expect(await page.locator("figure svg:visible").count()).toBe(10);
    expect(await page.locator("noscript p").isVisible()).toBe(true);
    expect(await page.locator("#pad").isVisible()).toBe(false);
    await context.close();
  });
});
