import { htmlDocument } from "./document.ts";
import { html } from "./markup.ts";
import { furtherFigures } from "./sections/figures.ts";
import { headline } from "./sections/headline.ts";
import { labels } from "./sections/labels.ts";
import { learning } from "./sections/learning.ts";
import { scoreByPart } from "./sections/parts.ts";
import { privacy } from "./sections/privacy.ts";
import { repeat } from "./sections/repeat.ts";
import { silentClients } from "./sections/silent.ts";
import { time } from "./sections/time.ts";
import { tryIt } from "./sections/try-it.ts";
import { twoClasses } from "./sections/two-classes.ts";
import { updates } from "./sections/updates.ts";
import type { Story } from "./story.ts";

/** The report of a run as one self-contained HTML document. The same story gives the same bytes. */
export function reportPage(story: Story): string {
  const tried = tryIt(story);
  const sections = html`${headline(story)}
${learning(story)}
${tried?.section}
${labels(story)}
${twoClasses(story)}
${furtherFigures(story)}
${scoreByPart(story)}
${updates(story)}
${privacy(story)}
${time(story)}
${silentClients(story)}
${repeat(story)}`;
  return htmlDocument(story.result.run, sections, tried?.trial);
}
