/** Two columns of a terminal: Hangul, Han and kana, and their punctuation (Unicode's East Asian Width W and F). */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Columns of a terminal that a text takes. */
export function columnsOf(text: string): number {
  return [...text.normalize("NFC")].reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0);
}

/** A paragraph in lines of so many columns, broken at blanks; lines after the first are moved in. */
export function wrapped(text: string, width: number, indent = "  "): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(longer) > width) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line];
}
