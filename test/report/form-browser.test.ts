import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launchChromium } from "../../scripts/chromium.ts";
import { faults } from "./axe.ts";
import { fillIn, formAnswers } from "./form.ts";
import { manyFieldsPage } from "./many-fields.ts";
import { type PlayedTable, wardRun, wardTasks } from "./ward-run.ts";

const executable = findChromium();
const sizes = [
  { width: 1280, height: 900 },
  { width: 800, height: 900 },
  { width: 360, height: 740 },
] as const;

/** A row of the table, and what is filled in for it. */
const rows = [
  {
    row: "P1,61.5,NA,m,<icu>,2025-03-01",
    fields: { age: "61.5", crp: "", sex: "m", unit: "<icu>", admitted: "2025-03-01" },
  },
  {
    row: "P2,8,199.25,x,day clinic,2024-02-29",
    fields: {
      age: " 8 ",
      crp: "199.25",
      sex: "other: none of these",
      unit: "other: none of these",
      admitted: "2024-02-29",
    },
  },
  {
    row: "P3,1e2,-3.5,female,,1999-12-31",
    fields: { age: "1e2", crp: "-3.5", sex: "f", unit: "missing", admitted: "1999-12-31" },
  },
] as const;

// without a browser they are skipped, and reported by their names
describe.skipIf(!executable)("the page's form in Chromium", () => {
  let folder: string;
  let browser: Browser;
  const runs = new Map<string, PlayedTable>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fedstep-form-"));
    for (const task of wardTasks) {
      const run = await wardRun(task);
      runs.set(task, run);
      writeFileSync(join(folder, `${task}.html`), run.page);
    }
    writeFileSync(join(folder, "many.html"), manyFieldsPage(100));
    browser = await launchChromium(executable ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const urlOf = (name: string) => pathToFileURL(join(folder, `${name}.html`)).href;

  /** Opens a page, and tells what it asked for and complained about. */
  async function opened(
    name: string,
    viewport: { width: number; height: number } = sizes[0],
    colorScheme: "light" | "dark" = "light",
  ) {
    const page = await browser.newPage({ viewport, colorScheme });
    const noise: string[] = [];
    page.on("request", (request) => void noise.push(request.url()));
    page.on("console", (message) => void noise.push(message.text()));
    page.on("pageerror", (error) => void noise.push(error.message));
    await page.goto(urlOf(name));
    return { page, noise: () => noise.filter((one) => one !== urlOf(name) && !one.startsWith("data:")) };
  }

  test.each(wardTasks)(
    "answers what fedstep predict does, with gaps, words never seen and dates: %s",
    async (task) => {
      const run = runs.get(task);
      const expected = await run?.predict(rows.map(({ row }) => row));
      const { page, noise } = await opened(task);
      const found = [];
      for (const { fields } of rows) {
        for (const [label, text] of Object.entries(fields)) await fillIn(page, label, text);
        found.push(await formAnswers(page));
      }
      expect(expected).toHaveLength(rows.length);
      for (const [at, { federated, baseline }] of expected?.entries() ?? []) {
        for (const [answer, by] of [
          [found[at]?.federated, federated],
          [found[at]?.centralized, baseline],
        ] as const) {
          expect(answer?.values).toHaveLength(by?.values.length ?? 0);
          for (const [place, value] of by?.values.entries() ?? []) {
            expect(Math.abs((answer?.values[place] ?? Number.NaN) - value)).toBeLessThan(1e-6);
          }
          expect(answer?.named).toBe(by?.named ?? -1);
        }
      }
      // the rows are told apart
      expect(new Set(found.map(({ federated }) => federated.values.join())).size).toBe(rows.length);
      expect(noise()).toEqual([]);
      await page.close();
    },
  );

  test("says what is wrong beside the field, answers nothing meanwhile, and leads there", async () => {
    const { page } = await opened("regression");
    await fillIn(page, "age", "130");
    expect((await formAnswers(page)).federated).toMatchObject({ values: [], said: "–" });
    expect(await page.locator("#fault-0").textContent()).toBe("It is 130, and the schema takes 0 to 120.");
    const age = page.getByLabel("age", { exact: true });
    expect(await age.getAttribute("aria-invalid")).toBe("true");
    await fillIn(page, "age", "");
    expect(await page.locator("#fault-0").textContent()).toBe(
      "It is empty, and the models take no gaps here.",
    );
    await fillIn(page, "crp", "3,5");
    expect(await page.locator("#fault-1").textContent()).toBe(
      'It is "3,5": write numbers without marks between thousands, and with a point before a fraction.',
    );
    await page
      .locator("#verdict", { hasText: /^age is empty, .*; crp is "3,5"/ })
      .waitFor({ state: "attached" });
    await page.locator("#mend").getByRole("button", { name: "crp" }).click();
    expect(await page.evaluate("document.activeElement.id")).toBe("field-1");
    await fillIn(page, "crp", "3.5");
    await fillIn(page, "age", "12");
    expect(await page.locator(".fault:visible").count()).toBe(0);
    expect(await age.getAttribute("aria-invalid")).toBeNull();
    expect((await formAnswers(page)).federated.said).toMatch(/^-?[\d.]+ days$/);
    await page
      .locator("#verdict", { hasText: /^federated: .* days; centralized: / })
      .waitFor({ state: "attached" });
    await page.close();
  });

  test("begins anew at a press, and enter sends nothing anywhere", async () => {
    const { page, noise } = await opened("binary");
    const before = await formAnswers(page);
    await fillIn(page, "age", "90");
    await page.getByLabel("age", { exact: true }).press("Enter");
    expect((await formAnswers(page)).federated.values).not.toEqual(before.federated.values);
    await page.getByRole("button", { name: "Start again" }).click();
    await page.waitForFunction("document.getElementById('field-0').value !== '90'");
    expect(await formAnswers(page)).toEqual(before);
    // were it not for the script, the page's own policy would hold back what a form sends
    await page.evaluate("document.getElementById('example').submit()");
    await page.waitForTimeout(100);
    expect(page.url()).toBe(urlOf("binary"));
    expect(noise().filter((one) => !one.includes("form-action 'none'"))).toEqual([]);
    await page.close();
  });

  test("finds fields among many, and leads to one that is out of sight", async () => {
    const { page } = await opened("many", sizes[2]);
    expect(await page.locator("#found").textContent()).toBe("100 fields");
    await page.getByLabel("Find a field").fill("LAB VALUE 9");
    expect(await page.locator("#found").textContent()).toBe("9 of 100 fields");
    expect(await page.locator(".field:visible").count()).toBe(9);
    await fillIn(page, "lab value 90", "many");
    await page.getByLabel("Find a field").fill("lab value 1");
    await page.locator("#mend").getByRole("button", { name: "lab value 90" }).click();
    expect(await page.evaluate("document.activeElement.id")).toBe("field-90");
    expect(await page.locator(".field:visible").count()).toBe(100);
    await page.getByText("What the models are given").click();
    await fillIn(page, "lab value 90", "2");
    await formAnswers(page);
    const given = page.locator("#given tbody tr", { hasText: /^lab value 90/ }).first();
    expect(await given.locator("th, td").allTextContents()).toEqual(["lab value 90", "2", "1"]);
    // as many features as there are scroll in a box of their own
    const box = await page.locator(".scroll:has(#given)").boundingBox();
    expect(box?.height).toBeLessThanOrEqual(420);
    await page.close();
  });

  describe.each(sizes)("at $width px", (size) => {
    test.each(["light", "dark"] as const)(
      "axe finds nothing, and nothing is wider than the page: %s",
      async (scheme) => {
        for (const name of ["binary", "many"]) {
          const { page } = await opened(name, size, scheme);
          await fillIn(page, name === "many" ? "lab value 0" : "age", "much");
          await page.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
          await formAnswers(page);
          expect(await faults(page, "section:has(#try)")).toEqual([]);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(size.width);
          await page.close();
        }
      },
    );
  });

  test("a page without scripts says so, and has no form in sight", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(urlOf("binary"));
    expect(await page.locator("noscript p").textContent()).toMatch(/^Asking the models takes scripts/);
    expect(await page.locator("#example").isVisible()).toBe(false);
    await context.close();
  });
});
