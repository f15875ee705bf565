import { dateOf } from "../../shared/schema/encode.ts";
import type { TableColumn } from "../../shared/schema/table-schema.ts";
import type { CellKind, Cells } from "./cells.ts";
import type { InFile } from "./file-survey.ts";
import { isAnswer, mergedTexts } from "./values.ts";

/** One column in all files that have it. */
export class FoundColumn {
  readonly inFiles: readonly InFile[];
  readonly rows: number;
  readonly gaps: number;
  readonly filled: number;

  constructor(inFiles: readonly InFile[]) {
    this.inFiles = inFiles;
    this.rows = this.sum(({ rows }) => rows);
    this.gaps = this.sum(({ gaps }) => gaps);
    this.filled = this.rows - this.gaps;
  }

  sum(of: (cells: Cells) => number): number {
    return this.inFiles.reduce((all, { cells }) => all + of(cells), 0);
  }

  count(...kinds: readonly CellKind[]): number {
    return this.sum(({ count }) => kinds.reduce((all, kind) => all + count[kind], 0));
  }

  /** Whether each row has another value, none of them a fraction. */
  get unique(): boolean {
    return this.inFiles.every(({ cells }) => cells.unique) && this.sum(({ fractions }) => fractions) === 0;
  }

  /** Whether it is 0 and 1 here and yes and no there. */
  get answers(): boolean {
    const numbers = this.inFiles.filter(({ cells }) => cells.count.number > 0);
    const texts = this.inFiles.map(({ cells }) => cells.texts);
    return (
      this.count("number", "word") === this.filled &&
      numbers.every(({ cells }) => cells.zeroOrOne) &&
      texts.every((one) => one && [...one.keys()].every(isAnswer))
    );
  }

  /** What it holds for the most part, where other cells are slips of the pen and no values of a category. */
  get usual(): "number" | "date" | undefined {
    if (this.answers || this.count("code") > 0) return undefined;
    const [numbers, dates] = [this.count("number", "oddNumber"), this.count("date", "oddDate")];
    if (2 * (numbers + dates) <= this.filled) return undefined;
    return numbers >= dates ? "number" : "date";
  }

  /** Whether its numbers are to be told as texts: they are words, and there are others. */
  get asText(): boolean {
    return this.count("number") > 0 && this.count("number") < this.filled && this.usual === undefined;
  }

  /** Lowest and highest number, or first and last date, in all files; undefined where there are not two. */
  range(of: "number" | "date"): TableColumn["range"] {
    const ends = this.inFiles.flatMap(({ cells }) => cells.range(of) ?? []);
    const [lowest, highest] = [Math.min(...ends), Math.max(...ends)];
    if (!(lowest < highest)) return undefined;
    return of === "number" ? [lowest, highest] : [dateOf(lowest), dateOf(highest)];
  }

  texts(): Map<string, number> | undefined {
    return mergedTexts(this.inFiles);
  }

  /** The first cell of a kind, for people. */
  example(...kinds: readonly CellKind[]): string {
    for (const { cells } of this.inFiles) {
      for (const kind of kinds) {
        const [first] = cells.first[kind];
        if (first) return JSON.stringify(first.text.slice(0, 40));
      }
    }
    return '""';
  }
}
