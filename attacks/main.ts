import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { markdownRows, writeBetweenMarkers } from "../bench/table.ts";
import { openDataset } from "../cli/dataset/open.ts";
import { percentage } from "../report/numbers.ts";
import type { Summary } from "./measure.ts";
import { english, korean, type Words } from "./words.ts";

const options = new Command("attack")
  .description("Recovers clients' images from what a run stores, and says how near they come")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--seeds <n>", "cohorts of three clients for each row", Number, 5)
  .option("--write", "put the tables into docs/privacy.md, and the pictures into docs/images")
  .parse()
  .opts<{ data: string; seeds: number; write?: boolean }>();

// before the functions' modules are loaded, which would publish each round
process.env.POWERTOOLS_METRICS_DISABLED = "true";
const { assign } = await import("./assignment.ts");
const { defences, masks } = await import("./defences.ts");
const { difference } = await import("./differencing.ts");
const { summaryOf } = await import("./measure.ts");
const { pairsPicture } = await import("./picture.ts");
const { attackAll, scenarios } = await import("./scenarios.ts");

const dataset = await openDataset({ data: options.data, env: process.env });
const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1);

/** What came of a defence, by scenario. */
interface Row {
  readonly name: string;
  readonly adds: boolean;
  readonly summaries: readonly Summary[];
}

const rows: Row[] = [];
for (const defence of defences) {
  const shown = [];
  const summaries: Summary[] = [];
  for (const scenario of scenarios) {
    const attacked = await attackAll(dataset, scenario, defence, seeds);
    shown.push(attacked);
    const summary = summaryOf(attacked);
    summaries.push(summary);
    console.log(`${scenario.name}, ${defence.name}: ${bestOf(summary)}`);
  }
  rows.push({ name: defence.name, adds: defence.adds, summaries });
  if (!options.write || !defence.picture) continue;
  writeFileSync(docs(`images/attack-${defence.name.replaceAll(/[^a-z]+/g, "-")}.png`), pairsPicture(shown));
}
const assigned = [];
for (const { name, examples, crafted } of scenarios) {
  if (crafted) continue;
  const [open, masked] = [
    await assign(dataset, examples, [], seeds),
    await assign(dataset, examples, masks, seeds),
  ];
  const shares = [open, masked].map(({ images, right }) => `${percentage(right / images, 0)} %`);
  assigned.push([name, ...shares, "33 %"]);
}
const asked = await difference(dataset);

for (const [document, words] of [
  ["privacy.md", english],
  ["privacy.ko.md", korean],
] as const) {
  const tables = {
    attacks: imagesTable(words),
    "attacks-labels": labelsTable(words),
    "attacks-assigned": tableOf(words, words.assigned, assigned),
    "attacks-asked": tableOf(
      words,
      words.asked,
      asked.map(({ what, answer }) => [what, answer]),
    ),
  };
  if (words === english) console.log(Object.values(tables).join("\n\n"));
  if (!options.write) continue;
  for (const [name, table] of Object.entries(tables)) writeBetweenMarkers(docs(document), name, table);
}

function docs(name: string): string {
  return fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
}

/** The best image of each attacked: the mean, and the highest where it is another. */
function bestOf({ mean, highest }: Pick<Summary, "mean" | "highest">): string {
  const [one, most] = [mean, highest].map((value) => value.toFixed(3));
  return one === most ? `${one}` : `${one} (${most})`;
}

function imagesTable(words: Words): string {
  const uninformed = (name: string, adds: boolean) => {
    const summaries = rows.find((row) => row.adds === adds)?.summaries ?? [];
    return [name, ...summaries.map(({ control }) => control.toFixed(3))];
  };
  const cells = rows.map(({ name, summaries }) => [name, ...summaries.map(bestOf)]);
  const controls = [
    uninformed("nothing, of one client", false),
    uninformed("nothing, of three clients", true),
  ];
  return tableOf(words, words.images, [...cells, ...controls]);
}

function labelsTable(words: Words): string {
  const cells = rows.map(({ name, summaries }) => [
    name,
    ...summaries.map(({ labels }) => labels.toFixed(2)),
  ]);
  return tableOf(words, words.images, cells);
}

function tableOf(
  { words }: Words,
  heading: readonly string[],
  cells: readonly (readonly string[])[],
): string {
  const said = cells.map((row) => row.map((cell) => words[cell] ?? cell));
  return markdownRows([heading, heading.map((_, i) => (i < 1 ? "---" : "---:")), ...said]);
}
