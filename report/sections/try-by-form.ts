import { taskOf } from "../../shared/task/tasks.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { targetName } from "../example-table.ts";
import { folded } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { wholeNumber } from "../numbers.ts";
import {
  type EmbeddedModelName,
  type EmbeddedModels,
  type EmbeddedTable,
  elements,
} from "../page/embedded.ts";
import { startingExample } from "../starting-example.ts";
import { exampleField } from "./example-field.ts";
import { probabilityBars } from "./probability-bars.ts";

/** Fields beyond which they scroll in a region of their own, and can be searched. */
const mostInSight = 12;

/** A field for each column, and what the models make of what is filled in. */
export function tryByForm(result: Result, shown: EmbeddedModels): Markup {
  const { models, scaling, classes, fit } = shown;
  const table = shown.table ?? { columns: [], bytes: false };
  const { columns } = table;
  const start = startingExample(table, scaling);
  const many = columns.length > mostInSight;
  const region = html` class="fields many" role="region" aria-label="Fields" tabindex="0"`;
  const target = targetName(result.dataset);
  const both = Boolean(models.centralized);
  return html`<div class="card try with-form" id="${elements.section}" hidden>
<form id="${elements.form}" autocomplete="off" aria-label="Example">
<p class="intro">Fill in an example. ${both ? "Both models answer" : "The model answers"} while you write, in this page: nothing leaves it. ${beginning(
    table,
    scaling !== null,
  )}</p>
${
  many &&
  html`<div class="search"><label for="${elements.search}">Find a field</label>
<input type="search" id="${elements.search}"><span id="${elements.found}" role="status">${wholeNumber(columns.length)} fields</span></div>`
}
<div id="${elements.fields}"${many ? region : html` class="fields"`}>${columns.map((column, at) =>
    exampleField(column, at, start[at] ?? "", table.bytes),
  )}</div>
<div class="controls"><button type="reset">Start again</button></div>
</form>
<div class="answers">
${target !== undefined && html`<h3>${target}</h3>`}
${!classes && !shown.unit && html`<p class="about">${taskOf(result.config).ending(fit).values}</p>`}
${answers(shown)}
<p class="mend" id="${elements.mend}" hidden></p>
${classes && probabilityBars(shown, "class")}
${rules(result, shown)}
${folded(
  both ? "What the models are given" : "What the model is given",
  html`<div class="scroll" role="region" aria-label="Given to the models" tabindex="0"><table id="${elements.given}">
<thead><tr><th scope="col" class="text">feature</th><th scope="col">value</th>${scaling && html`<th scope="col">scaled</th>`}</tr></thead><tbody></tbody></table></div>`,
)}
<p class="hidden" id="${elements.verdict}" role="status"></p>
</div></div>`;
}

function answers({ models }: EmbeddedModels): Markup {
  const names = Object.keys(models) as EmbeddedModelName[];
  return html`<dl class="answer">${names.map(
    (name) => html`<div class="${name}"><dt>${name}</dt><dd id="${elements.answer}-${name}"></dd></div>`,
  )}</dl>`;
}

/** Whose example the fields begin with. */
function beginning({ columns }: EmbeddedTable, scaled: boolean): string {
  if (!scaled) return "The fields begin with an example that is nobody's.";
  const some = (...types: readonly string[]) => columns.some(({ type }) => types.includes(type));
  const parts = [
    ...(some("number", "date") ? ["the mean of each number".concat(some("date") ? " and date" : "")] : []),
    ...(some("category") ? ["the most frequent of each category"] : []),
  ];
  return `The fields begin with ${parts.join(" and ")}: an example that is nobody's.`;
}

/** By which rules the models name a class, where it is not the most probable one. */
function rules({ config, dataset, federated, baseline }: Result, { models }: EmbeddedModels): Markup | false {
  const { namedBy } = taskOf(config);
  if (!namedBy) return false;
  const told = [
    { name: "federated", figures: federated },
    ...(models.centralized && baseline ? [{ name: "centralized", figures: baseline }] : []),
  ];
  const marks = told.length > 1 ? "Lines mark them." : "A line marks it.";
  return html`<p class="rules">${told
    .map(({ name, figures }) => `The ${name} model ${namedBy(figures, config.task, dataset)}.`)
    .join(" ")} ${marks}</p>`;
}
