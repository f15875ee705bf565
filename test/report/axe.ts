import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

/**
 * What axe finds that keeps people out, by rule and element.
 * @param within a selector of what is looked at; the whole page where left out
 */
export async function faults(page: Page, within = "html"): Promise<string[]> {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(readFileSync(axe, "utf8"));
  const found = await page.evaluate(`axe.run(${JSON.stringify(within)}).then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target)))`);
  return found as string[];
}
