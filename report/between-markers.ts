/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->` in a text.
 * @throws Error where the text has no such place
 */
export function betweenMarkers(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no place for ${name}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}
