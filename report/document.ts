import { type Content, html, Markup } from "./markup.ts";
import { pageScripts, pageStyle } from "./page/assets.generated.ts";

/**
 * Nothing may be fetched, so that a page is the same from disk, from S3 and without a network; and what is filled in goes
 * nowhere.
 */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; form-action 'none'";

/**
 * A self-contained HTML document in the style of the report.
 * @param script what runs in it: the paper to draw on, or the form; nothing where left out
 */
export function htmlDocument(title: string, main: Content, script?: keyof typeof pageScripts): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<title>${title} · fedstep</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
${main}
</main>
<footer>Written by fedstep.</footer>
${script ? html`<script>${new Markup(pageScripts[script])}</script>` : ""}
</body>
</html>
`;
  return page.text;
}
