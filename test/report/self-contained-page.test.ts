import { describe, expect, test } from "vitest";
import { reportPage } from "../../report/page.ts";
import { models, read } from "./read-page.ts";
import { toldStory } from "./told-story.ts";

describe("the page is self-contained", () => {
  const paperShaped = toldStory({ clients: 10, rounds: 100, models: models(10) });

  test("and at most 2 MB for the paper's run", () => {
    expect(Buffer.byteLength(reportPage(paperShaped))).toBeLessThanOrEqual(2_000_000);
  });

  test("no id stands in it twice", () => {
    const ids = [...read(paperShaped).querySelectorAll("[id]")].map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  test("it names nothing to fetch", () => {
    const page = read(paperShaped);
    expect([...page.querySelectorAll("[src], link:not([rel=icon]), iframe, object")]).toEqual([]);
    expect(page.querySelector("link[rel=icon]")?.getAttribute("href")).toBe("data:,");
    expect(page.querySelector("style")?.textContent).not.toMatch(/@import|url\(/);
  });

  test("the same story gives the same bytes", () => {
    const [first, again] = [reportPage(paperShaped), reportPage(paperShaped)];
    // toBe would show a difference in full, which is a megabyte
    expect(first === again).toBe(true);
  });

  test("the models are in it as they are, float by float", () => {
    const text = read(paperShaped).getElementById("models")?.textContent ?? "";
    const { parameters: embedded } = JSON.parse(text) as { parameters: Record<string, string> };
    const bytes = Buffer.from(embedded.federated ?? "", "base64");
    expect(new Float32Array(Uint8Array.from(bytes).buffer)).toEqual(models(10).federated);
  });
});
