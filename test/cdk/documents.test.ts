import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cloudDocuments } from "../../scripts/cloud-documents.ts";
import { flowPicture } from "../../scripts/flow-picture.ts";

test.each(Object.entries(cloudDocuments))(
  "docs/%s is what the stack says; npm run docs writes it",
  async (name, written) => {
    const committed = readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
    expect(await written(committed)).toBe(committed);
  },
);

describe("the picture of a flow", () => {
  test("draws every state and every way between states, its start first", () => {
    const inner = { StartAt: "D", States: { D: { Type: "Pass", End: true } } };
    const picture = flowPicture({
      StartAt: "B",
      States: {
        A: { Type: "Map", ItemProcessor: inner, End: true },
        B: { Type: "Choice", Choices: [{ Next: "A" }], Default: "C" },
        C: { Type: "Task", Next: "A", Catch: [{ ErrorEquals: ["States.ALL"], Next: "E" }] },
        E: { Type: "Fail" },
      },
    });
    expect(picture.split("\n")).toEqual([
      "```mermaid",
      "flowchart TB",
      "  B{B}",
      '  subgraph A["A: for each participant"]',
      "    D([D])",
      "  end",
      "  C[C]",
      "  E[[E]]",
      "  B --> A",
      "  B -- otherwise --> C",
      "  C --> A",
      "  C -. on error .-> E",
      "```",
    ]);
  });

  test("refuses a state that it cannot draw", () => {
    expect(() => flowPicture({ StartAt: "A", States: { A: { Type: "Wait" } } })).toThrow("no shape for Wait");
  });
});
