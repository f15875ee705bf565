import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stroke, sampleDigits } from "../../report/page/strokes.ts";
import { reportPage } from "../../report/page.ts";
import { findChromium, launchChromium } from "../../scripts/chromium.ts";
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

/** More points along a stroke, as a hand would leave them. */
function between(stroke: Stroke): [number, number][] {
  return stroke.flatMap(([x, y], i): [number, number][] => {
    const [fromX, fromY] = stroke[i - 1] ?? [x, y];
    const parts = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / 0.1));
    return Array.from({ length: parts }, (_, part) => {
      const share = (part + 1) / parts;
      return [fromX + (x - fromX) * share, fromY + (y - fromY) * share];
    });
  });
}

async function draw(page: Page, strokes: readonly Stroke[]): Promise<void> {
  await page.locator("#pad").scrollIntoViewIfNeeded();
  const box = await page.locator("#pad").boundingBox();
  if (!box) throw new Error("the pad is not shown");
  for (const stroke of strokes) {
    const [first, ...rest] = between(stroke).map(
      ([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const,
    );
    if (!first) continue;
    await page.mouse.move(...first);
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...point);
    await page.mouse.up();
  }
}

/** What each model takes the drawing for, once the page has drawn what it knows. */
async function answers(page: Page): Promise<Record<string, string>> {
  const found =
    await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
    resolve([...document.querySelectorAll("[data-best]")].map(({ id }) => id.split("-").slice(1))))))`);
  return Object.fromEntries(found as [string, string][]);
}

/** What axe finds that keeps people out, by rule and element. */
async function faults(page: Page): Promise<string[]> {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(readFileSync(axe, "utf8"));
  const found = await page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target)))`);
  return found as string[];
}

/** Contrast of every text in a chart with the cells behind it, on the card's colour (WCAG 2.2, relative luminance). */
async function chartContrast(page: Page): Promise<{ texts: number; least: number }> {
  const found = await page.evaluate(`(() => {
    const channels = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratios = [];
    for (const svg of document.querySelectorAll("figure svg")) {
      const cells = [...svg.querySelectorAll("rect")].filter((rect) => !rect.closest("clipPath"));
      const card = channels(getComputedStyle(svg.closest("figure")).backgroundColor);
      for (const text of svg.querySelectorAll("text")) {
        const box = text.getBoundingClientRect();
        if (box.width === 0) continue;
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        let behind = card;
        for (const cell of cells) {
          const { left, right, top, bottom } = cell.getBoundingClientRect();
          if (x < left || x > right || y < top || y > bottom) continue;
          const style = getComputedStyle(cell);
          const opacity = Number(style.fillOpacity);
          behind = channels(style.fill).map((c, i) => c * opacity + behind[i] * (1 - opacity));
        }
        const [a, b] = [luminance(channels(getComputedStyle(text).fill)), luminance(behind)].sort((p, q) => q - p);
        ratios.push((a + 0.05) / (b + 0.05));
      }
    }
    return { texts: ratios.length, least: Math.min(...ratios) };
  })()`);
  return found as { texts: number; least: number };
}
