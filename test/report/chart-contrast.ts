import type { Page } from "playwright-core";

/** Contrast of every text in a chart with the cells behind it, on the card's colour (WCAG 2.2, relative luminance). */
export async function chartContrast(page: Page): Promise<{ texts: number; least: number }> {
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
