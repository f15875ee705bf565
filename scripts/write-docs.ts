import { readFileSync, writeFileSync } from "node:fs";
import { betweenMarkers } from "../report/between-markers.ts";
import { configurationReference } from "../report/configuration-reference.ts";
import { studyCsv } from "../report/study-csv.ts";
import { studyMarkdown } from "../report/study-table.ts";
import { cloudDocuments } from "./cloud-documents.ts";
import { committedStudies, resultsFolder } from "./committed-studies.ts";

/** Documents that are made from the code, and tables that are made from committed results. */
writeFileSync(new URL("../docs/configuration.md", import.meta.url), configurationReference());

for (const [name, written] of Object.entries(cloudDocuments)) {
  const document = new URL(`../docs/${name}`, import.meta.url);
  writeFileSync(document, await written(readFileSync(document, "utf8")));
}

const studies = new URL("../docs/studies.md", import.meta.url);
let text = readFileSync(studies, "utf8");
for (const [name, results] of committedStudies()) {
  text = betweenMarkers(text, name, studyMarkdown(results).trimEnd());
  writeFileSync(new URL(`${name}.csv`, resultsFolder), studyCsv(results));
}
writeFileSync(studies, text);
