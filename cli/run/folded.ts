/**
 * A text in lines of at most so many columns, broken between words: a terminal that draws bars cuts what is longer. A
 * word that is longer than a line is cut.
 */
export function wrapped(text: string, columns: number): string[] {
  const words = text.split(" ").flatMap((word) => pieces(word, columns));
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function pieces(word: string, most: number): string[] {
  const characters = [...word];
  const count = Math.max(1, Math.ceil(characters.length / most));
  return Array.from({ length: count }, (_, i) => characters.slice(i * most, (i + 1) * most).join(""));
}
