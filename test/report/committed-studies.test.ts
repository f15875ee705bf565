import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { studyCsv } from "../../report/study-csv.ts";
import { studyMarkdown } from "../../report/study-table.ts";
import { committedStudies, resultsFolder } from "../../scripts/committed-studies.ts";
import { planStudy } from "../../shared/study/plan.ts";

const studies = committedStudies();
const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

test("there are results to check", () => {
  expect([...studies.keys()]).toContain("foreign-digits");
});

describe.each([...studies])("the results of %s", (name, results) => {
  const { study, cells, planned } = results;

  test("are those of the study file, complete: every cell with every seed", () => {
    const plan = planStudy(json(`../../studies/${name}.json`), checkConfig);
    expect(study).toEqual(plan.study);
    expect(planned).toBe(plan.runs.length);
    expect(cells.map(({ labels }) => labels)).toEqual(plan.cells.map(({ labels }) => labels));
    for (const { runs, failed } of cells) {
      expect([...runs, ...failed].map(({ seed }) => seed).sort()).toEqual([...study.seeds].sort());
    }
  });

  test("are what the CSV beside them and the table in docs/studies.md say; npm run docs writes both", () => {
    expect(readFileSync(new URL(`${name}.csv`, resultsFolder), "utf8")).toBe(studyCsv(results));
    const document = readFileSync(new URL("../../docs/studies.md", import.meta.url), "utf8");
    expect(document).toContain(`<!-- ${name} -->\n${studyMarkdown(results).trimEnd()}\n<!-- /${name} -->`);
  });
});
