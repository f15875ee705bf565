import { html, Markup } from "./markup.ts";
import { pageScript, pageStyle } from "./page/assets.generated.ts";
import { accuracyByPart } from "./sections/accuracy.ts";
import { headline } from "./sections/headline.ts";
import { labels } from "./sections/labels.ts";
import { learning } from "./sections/learning.ts";
import { repeat } from "./sections/repeat.ts";
import { silentClients } from "./sections/silent.ts";
import { time } from "./sections/time.ts";
import { tryIt } from "./sections/try-it.ts";
import { updates } from "./sections/updates.ts";
import type { Story } from "./story.ts";

/** Nothing may be fetched, so that the page is the same from disk, from S3 and without a network. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** The report of a run as one self-contained HTML document. The same story gives the same bytes. */
export function reportPage(story: Story): string {
  const drawing = tryIt(story);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<title>${story.result.run} · fedstep</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
${headline(story)}
${learning(story)}
${drawing}
${labels(story)}
${accuracyByPart(story)}
${updates(story)}
${time(story)}
${silentClients(story)}
${repeat(story)}
</main>
<footer>Written by fedstep.</footer>
${drawing ? html`<script>${new Markup(pageScript)}</script>` : ""}
</body>
</html>
`;
  return page.text;
}
