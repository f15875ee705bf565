import { datasetInvalid, FedstepError } from "../shared/errors.ts";

/** Problems that a message shows. */
const mostShown = 20;
/** Behind all columns. */
const behindAll = Number.POSITIVE_INFINITY;

/** Where in a file a problem is: its line, from 1, and where in the line by any order of the columns. */
export interface ProblemPlace {
  readonly line: number;
  readonly order?: number | undefined;
}

interface Problem {
  readonly text: string;
  readonly line: number;
  readonly order: number;
}

/**
 * What is wrong with a file, problem by problem, so that its owner mends all of it at once. Those that have a place are told in
 * the file's order, in whichever they are found; another one stands behind those found before it.
 */
export class Problems {
  readonly #file: string;
  /** The first ones. */
  readonly #shown: Problem[] = [];
  #count = 0;
  /** The last line that has one. */
  #last = 0;

  constructor(file: string) {
    this.#file = file;
  }

  add(text: string, { line, order = 0 }: ProblemPlace = { line: this.#last, order: behindAll }): void {
    this.#count++;
    this.#last = Math.max(this.#last, line);
    const shown = this.#shown;
    const before = shown.findLastIndex((one) => one.line < line || (one.line === line && one.order <= order));
    if (before + 1 >= mostShown) return;
    shown.splice(before + 1, 0, { text, line, order });
    if (shown.length > mostShown) shown.pop();
  }

  /** Of a cell. @param order of its column, where problems of a line are not found in their order */
  addAt(line: number, column: string, problem: string, order?: number): void {
    this.add(`line ${line}, column ${JSON.stringify(column)}: ${problem}`, { line, order });
  }

  get none(): boolean {
    return this.#count === 0;
  }

  /** Of problems that are not told one by one. */
  addMore(count: number): void {
    this.#count += count;
  }

  /**
   * Runs what reads the file; what ends the reading is the last problem.
   * @returns whether it was read to its end
   * @throws what is no DatasetInvalid
   */
  async read(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof FedstepError) || error.name !== "DatasetInvalid") throw error;
      this.add(error.message.replace(`${this.#file}: `, "").replace(`${this.#file} `, ""));
      return false;
    }
  }

  /** @param does "does not fit the agreed schema" @throws DatasetInvalid where there are any */
  throwIfAny(does: string): void {
    if (this.#count === 0) return;
    const more = this.#count - this.#shown.length;
    const said = `${this.#count} ${this.#count === 1 ? "problem" : "problems"}`;
    throw datasetInvalid(
      [
        `${this.#file} ${does}, ${said}:`,
        ...this.#shown.map(({ text }) => text),
        ...(more > 0 ? [`and ${more} more`] : []),
      ].join("\n"),
    );
  }
}
