import { describe, expect, test } from "vitest";
import { reportPage } from "../../report/page.ts";
import { manyFieldsStory } from "./many-fields.ts";
import { models, read } from "./read-page.ts";
import { toldStory } from "./told-story.ts";

describe("the page is self-contained", () => {
  const paperShaped = toldStory({ clients: 10, rounds: 100, models: models(10) });

  test("and at most 2 MB for the paper's run", () => {
    expect(Buffer.byteLength(reportPage(paperShaped))).toBeLessThanOrEqual(2_000_000);
  });

  const withForm = manyFieldsStory(20);

  test.each([paperShaped, withForm])("no id stands in it twice", (story) => {
    const ids = [...read(story).querySelectorAll("[id]")].map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  test.each([paperShaped, withForm])("it names nothing to fetch, and nowhere to send to", (story) => {
    const page = read(story);
    expect([...page.querySelectorAll("[src], link:not([rel=icon]), iframe, object, [action]")]).toEqual([]);
    const policy = page.querySelector("meta[http-equiv]")?.getAttribute("content");
    expect(policy).toMatch(/^default-src 'none';.* form-action 'none'$/);
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
    const { models: embedded } = JSON.parse(text) as { models: Record<string, { parameters: string }> };
    const bytes = Buffer.from(embedded.federated?.parameters ?? "", "base64");
    expect(new Float32Array(Uint8Array.from(bytes).buffer)).toEqual(models(10).federated);
  });
});
