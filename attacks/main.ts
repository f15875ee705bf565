import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { markdownRows, writeBetweenMarkers } from "../bench/table.ts";
import { openDataset } from "../cli/dataset/open.ts";
import { percentage } from "../report/numbers.ts";
import { english, korean, type Words } from "./words.ts";

const options = new Command("attack")
  .description("Recovers clients' images from what a run stores, and says how near they come")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--seeds <n>", "cohorts of three clients for each row", Number, 5)
  .option("--write", "put the table into docs/privacy.md, and the pictures into docs/images")
  .parse()
  .opts<{ data: string; seeds: number; write?: boolean }>();

// before the functions' modules are loaded, which would publish each round
process.env.POWERTOOLS_METRICS_DISABLED = "true";
const { defences } = await import("./defences.ts");
const { summaryOf } = await import("./measure.ts");
const { pairsPicture } = await import("./picture.ts");
const { attackAll, scenarios } = await import("./scenarios.ts");

const dataset = await openDataset({ data: options.data, env: process.env });
const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1);
/** A row's words, in the language of the document; figures are the same in all. */
interface Row {
  readonly scenario: string;
  readonly defence: string;
  readonly figures: readonly string[];
}

const rows: Row[] = [];
for (const defence of defences) {
  const shown = [];
  for (const scenario of scenarios) {
    const attacked = await attackAll(dataset, scenario, defence, seeds);
    shown.push(attacked);
    const { mean, highest, control, above90, labels } = summaryOf(attacked);
    const figures = [
      ...[mean, highest, control].map((value) => value.toFixed(3)),
      `${percentage(above90, 1)} %`,
    ];
    rows.push({ scenario: scenario.name, defence: defence.name, figures: [...figures, labels.toFixed(2)] });
    console.log(`${scenario.name}, ${defence.name}: ${figures.join(", ")}`);
  }
  if (!options.write) continue;
  writeFileSync(docs(`images/attack-${defence.name.replaceAll(/[^a-z]+/g, "-")}.png`), pairsPicture(shown));
}
console.log(tableOf(rows, english));
if (options.write) {
  writeBetweenMarkers(docs("privacy.md"), "attacks", tableOf(rows, english));
  writeBetweenMarkers(docs("privacy.ko.md"), "attacks", tableOf(rows, korean));
}

function docs(name: string): string {
  return fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
}

function tableOf(rows: readonly Row[], { heading, words }: Words): string {
  const said = (name: string) => words[name] ?? name;
  const cells = rows.map(({ scenario, defence, figures }) => [said(scenario), said(defence), ...figures]);
  return markdownRows([heading, heading.map((_, i) => (i < 2 ? "---" : "---:")), ...cells]);
}
