import { type Compared, comparison } from "../charts/comparison.ts";
import { confusionMatrix, darkestMistake } from "../charts/confusion-matrix.ts";
import { colour } from "../charts/drawing.ts";
import { figure, type LegendEntry } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { className, clientName } from "../names.ts";
import { wholeNumber } from "../numbers.ts";
import { percent } from "../percent.ts";
import { type Story, testedOn } from "../story.ts";
import { table } from "../table.ts";

/** Whom, and for which labels, federation serves better or worse. */
export function accuracyByPart(story: Story): Markup {
  const clients = byClient(story);
  const classes = byClass(story);
  const legend = (centralized: boolean): LegendEntry[] => [
    { name: "federated", colour: colour.federated, shape: "dot" },
    ...(centralized ? [{ name: "centralized", colour: colour.centralized, shape: "diamond" as const }] : []),
  ];
  const unlike = areUnlike(story.result);
  const known = clients.some(({ federated, centralized }) => federated !== null || centralized !== null);
  return html`<section aria-labelledby="parts"><h2 id="parts">Clients and classes</h2>
<div class="figures-grid">
${
  known &&
  figure({
    title: "Accuracy for each client",
    caption: "Each final model on the examples that the client held out itself.",
    drawing: comparison("Accuracy for each client", clients),
    legend: legend(story.result.baseline !== null),
    table: comparedTable("client", clients),
  })
}
${figure({
  title: "Accuracy for each class",
  caption: html`Share of each class that each final model recognizes, of ${testedOn(story.result)}.${
    unlike &&
    ` The centralized model was evaluated on ${wholeNumber(story.result.baseline?.examples ?? 0)}, so that its share of a class does not stand beside this one.`
  }`,
  drawing: comparison("Accuracy for each class", classes),
  legend: legend(story.result.baseline !== null && !unlike),
  table: comparedTable("class", classes),
})}
</div>${confusions(story)}</section>`;
}

/** Whether the two models were evaluated on different examples. */
function areUnlike({ federated, baseline }: Story["result"]): boolean {
  return baseline !== null && baseline.examples !== federated.examples;
}

/** The pass after a round evaluates its model, and the last epoch its final model for each client. */
export function byClient({ result, rounds, epochs }: Story): Compared[] {
  const evaluation = rounds.find(({ evaluated }) => evaluated.round === result.federated.round);
  const federated = new Map(evaluation?.clients.map(({ client, accuracy }) => [client, accuracy]));
  const centralized = new Map(epochs.at(-1)?.clients?.map(({ client, accuracy }) => [client, accuracy]));
  return result.clients.map(({ client, heldOut }) => ({
    name: clientName(result.dataset, client),
    examples: heldOut,
    federated: federated.get(client) ?? null,
    centralized: centralized.get(client) ?? null,
  }));
}

/** The two beside each other only where they are of the same examples. */
export function byClass({ result }: Story): Compared[] {
  const { dataset, federated } = result;
  const baseline = areUnlike(result) ? null : result.baseline;
  return federated.confusion.map((row, name) => ({
    name: dataset.classNames ? className(dataset, name) : `class ${name}`,
    examples: row.reduce((sum, count) => sum + count, 0),
    federated: recall(row, name),
    centralized: recall(baseline?.confusion[name], name),
  }));
}

/** null for a class without held-out examples. */
function recall(row: readonly number[] | undefined, actual: number): number | null {
  const total = row?.reduce((sum, count) => sum + count, 0) ?? 0;
  return total === 0 ? null : (row?.[actual] ?? 0) / total;
}

function comparedTable(what: string, compared: readonly Compared[]): Markup {
  const share = (value: number | null) => (value === null ? "" : percent(value));
  const both = compared.some(({ centralized }) => centralized !== null);
  const points = (difference: number) => `${difference > 0 ? "+" : ""}${(100 * difference).toFixed(2)}`;
  return table(
    `Accuracy by ${what}`,
    [
      { title: what, align: "left" },
      { title: "examples" },
      { title: "federated" },
      ...(both ? [{ title: "centralized" }, { title: "difference in points" }] : []),
    ],
    compared.map(({ name, examples, federated, centralized }) => [
      name,
      wholeNumber(examples),
      share(federated),
      ...(both
        ? [
            share(centralized),
            federated === null || centralized === null ? "" : points(federated - centralized),
          ]
        : []),
    ]),
  );
}

function confusions({ result: { dataset, federated, baseline } }: Story): Markup {
  const matrices = [
    { name: "Federated", examples: federated.examples, confusion: federated.confusion },
    ...(baseline
      ? [{ name: "Centralized", examples: baseline.examples, confusion: baseline.confusion }]
      : []),
  ];
  const names = federated.confusion.map((_, label) => className(dataset, label));
  const darkest = darkestMistake(matrices.map(({ confusion }) => confusion));
  return html`<div class="figures-grid">${matrices.map(({ name, examples, confusion }) =>
    figure({
      title: `Confusion, ${name.toLowerCase()}`,
      caption: html`What the ${wholeNumber(examples)} examples are, and what the model takes them for. Off the diagonal are mistakes, strongest
at ${percent(darkest)} of a class${matrices.length > 1 ? ", the same in both matrices" : ""}.`,
      drawing: confusionMatrix(
        `Confusion matrix of the ${name.toLowerCase()} model`,
        confusion,
        names,
        darkest,
      ),
      table: confusionTable(name, confusion, names),
    }),
  )}</div>`;
}

function confusionTable(
  name: string,
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
): Markup {
  return table(
    `Confusion matrix, ${name.toLowerCase()}`,
    [{ title: "actual" }, ...classes.map((predicted) => ({ title: `as ${predicted}` }))],
    confusion.map((row, actual) => [classes[actual], ...row.map(wholeNumber)]),
  );
}
