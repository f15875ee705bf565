import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configurationReference } from "../../report/configuration-reference.ts";

test("docs/configuration.md is what the schema says; npm run docs writes it", () => {
  const committed = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
  expect(committed).toBe(configurationReference());
});
