import type { Page } from "playwright-core";
import type { Stroke } from "../../report/page/strokes.ts";

/** More points along a stroke, as a hand would leave them. */
export function between(stroke: Stroke): [number, number][] {
  return stroke.flatMap(([x, y], i): [number, number][] => {
    const [fromX, fromY] = stroke[i - 1] ?? [x, y];
    const parts = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / 0.1));
    return Array.from({ length: parts }, (_, part) => {
      const share = (part + 1) / parts;
      return [fromX + (x - fromX) * share, fromY + (y - fromY) * share];
    });
  });
}

export async function draw(page: Page, strokes: readonly Stroke[]): Promise<void> {
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
export async function answers(page: Page): Promise<Record<string, string>> {
  const found =
    await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
    resolve([...document.querySelectorAll("[data-best]")].map(({ id }) => id.split("-").slice(1))))))`);
  return Object.fromEntries(found as [string, string][]);
}
