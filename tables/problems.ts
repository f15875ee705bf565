import { datasetInvalid, FedstepError } from "../shared/errors.ts";

/** Problems that a message shows. */
const mostShown = 20;

/** What is wrong with a file, problem by problem, so that its owner mends all of it at once. */
export class Problems {
  readonly #file: string;
  readonly #shown: string[] = [];
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  add(problem: string): void {
    if (++this.#count <= mostShown) this.#shown.push(problem);
  }

  /** Of a cell. */
  addAt(line: number, column: string, problem: string): void {
    this.add(`line ${line}, column ${JSON.stringify(column)}: ${problem}`);
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
      this.add(error.message.replace(`${this.#file}: `, ""));
      return false;
    }
  }

  /** @param does "does not fit the agreed schema" @throws DatasetInvalid where there are any */
  throwIfAny(does: string): void {
    if (this.#count === 0) return;
    const more = this.#count - this.#shown.length;
    const said = `${this.#count} ${this.#count === 1 ? "problem" : "problems"}`;
    throw datasetInvalid(
      [`${this.#file} ${does}, ${said}:`, ...this.#shown, ...(more > 0 ? [`and ${more} more`] : [])].join(
        "\n",
      ),
    );
  }
}
