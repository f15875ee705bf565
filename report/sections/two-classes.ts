import { colour } from "../charts/drawing.ts";
import { html, type Markup } from "../markup.ts";
import { type Story, testedOn } from "../story.ts";
import { asBinary, curvesOfClasses } from "../two-class-figures.ts";

/** How the probabilities of two classes do at every threshold; left out for other tasks, and where a class has no example. */
export function twoClasses(story: Story): Markup | undefined {
  const { federated, baseline } = story.result;
  const models = [
    { name: "federated", colour: colour.federated, figures: asBinary(federated) },
    { name: "centralized", colour: colour.centralized, figures: baseline && asBinary(baseline) },
  ].flatMap(({ figures, ...model }) => (figures ? [{ ...model, figures }] : []));
  const curves = curvesOfClasses(models, testedOn(story.result));
  return (
    curves &&
    html`<section aria-labelledby="two-classes"><h2 id="two-classes">Two classes</h2>
${curves}</section>`
  );
}
