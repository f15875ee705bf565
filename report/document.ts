import { type Content, html, Markup } from "./markup.ts";
import { pageScript, pageStyle } from "./page/assets.generated.ts";

/** Nothing may be fetched, so that a page is the same from disk, from S3 and without a network. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/**
 * A self-contained HTML document in the style of the report.
 * @param withScript with what runs the canvas
 */
export function htmlDocument(title: string, main: Content, withScript = false): string {
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
${withScript ? html`<script>${new Markup(pageScript)}</script>` : ""}
</body>
</html>
`;
  return page.text;
}
