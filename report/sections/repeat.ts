import { type ConfigurationValue, configurationValues, defaultValue } from "../configuration-differences.ts";
import { folded } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { dataArguments, repeatCommand } from "../repeat-command.ts";
import type { Story } from "../story.ts";
import { table } from "../table.ts";

/** All that it takes to have the same run again, and to see that it was the same. */
export function repeat({ result }: Story): Markup {
  const { config, dataset, federated, baseline, from } = result;
  const [, place] = dataArguments(dataset);
  const fields = configurationValues(config).map((field) => ({
    ...field,
    initial: defaultValue(config, field.path),
  }));
  const changed = fields.filter(({ value, initial }) => written(value) !== written(initial));
  return html`<section aria-labelledby="repeat"><h2 id="repeat">Run it again</h2>
<div class="scroll" role="region" aria-label="Command" tabindex="0"><pre><code>${repeatCommand(result)}</code></pre></div>
<p class="intro">${from ? goesOnFrom(from) : place && whereFrom(place, dataset)}${
    result.privacy
      ? "The same configuration on the same data gives other weights, since their noise comes from a secret key. These were:"
      : "The same configuration on the same data gives the same weights, bit by bit:"
  }</p>
<dl class="digests">
<div><dt>data set ${dataset.name}</dt><dd><code>${dataset.digest}</code></dd></div>
<div><dt>federated weights</dt><dd><code>${federated.weightsSha256}</code></dd></div>
${baseline ? html`<div><dt>centralized weights</dt><dd><code>${baseline.weightsSha256}</code></dd></div>` : ""}
</dl>
<h3>Configuration</h3>
<p class="intro">Preset ${config.preset}. ${
    changed.length > 0 ? "What differs from the defaults:" : "Nothing differs from the defaults."
  }</p>
${changed.length > 0 && fieldTable("Configuration that differs from the defaults", changed, true)}
${folded("The whole configuration", fieldTable("The whole configuration", fields, false))}</section>`;
}

function goesOnFrom({ run, round }: NonNullable<Story["result"]["from"]>): Markup {
  return html`<code>FILE</code> stands for a file with the <code>config</code> of this run's <code>result.json</code>; it
goes on from round ${round} of ${run}, which has to be there. `;
}

/** Where the command finds the data. */
function whereFrom(place: string, { readWith, source }: Story["result"]["dataset"]): Markup {
  if (readWith) return html`Type it in the folder that <code>${place}</code> lies in. `;
  const options = html`; a table also takes the <code>--label</code> and <code>--classes</code> that it was read with`;
  return html`<code>${place}</code> stands for where you have the data set${source !== "directory" && options}. `;
}

function fieldTable(
  label: string,
  fields: readonly (ConfigurationValue & { readonly initial: unknown })[],
  withDefaults: boolean,
): Markup {
  return table(
    label,
    [
      { title: "field", align: "left" },
      { title: "value", align: "left" },
      ...(withDefaults ? [{ title: "default", align: "left" as const }] : []),
    ],
    fields.map(({ path, value, initial }) => [
      html`<code>${path}</code>`,
      html`<code>${written(value)}</code>`,
      ...(withDefaults ? [html`<code>${written(initial)}</code>`] : []),
    ]),
  );
}

function written(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "none");
}
