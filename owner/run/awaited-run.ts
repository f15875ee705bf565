import * as z from "zod";
import { runNamePattern } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import {
  type LogEntry,
  type OpenedEntry,
  ofRun,
  openedOf,
  type SignedEntry,
  sentOf,
  signedOf,
} from "../../shared/owners/log-entry.ts";
import { waitSeconds } from "../../shared/owners/waiting-job.ts";
import { homeFiles, readHomeFile, writeHomeFile } from "../home-files.ts";
import type { HomeStorage } from "../storage/home-storage.ts";

/** awaited.json: the run whose end a process waits for that was told to end with it, and since when. */
const awaitedRun = z.strictObject({
  format: z.literal(1),
  run: z.string().regex(runNamePattern),
  /** When it asked for something last. */
  at: z.iso.datetime(),
  round: z.int().positive(),
});

type AwaitedRun = z.output<typeof awaitedRun>;

/** The run that an owner waits for the end of: a process that is started again goes on waiting for the same one. */
export class Awaited {
  readonly #storage: HomeStorage;
  readonly #opened: number;
  #run: AwaitedRun | undefined;

  private constructor(storage: HomeStorage, opened: number, run: AwaitedRun | undefined) {
    this.#storage = storage;
    this.#opened = opened;
    this.#run = run;
  }

  /**
   * @param federation whose runs are waited for: what is left of another one's is for nobody here
   * @param now by the machine's clock, as all times here: no other one goes on while nothing is logged
   * @throws OwnerHomeInvalid
   */
  static async open(storage: HomeStorage, federation: string, now: Date): Promise<Awaited> {
    const run = await readHomeFile(storage, homeFiles.awaited, awaitedRun);
    return new Awaited(storage, now.getTime(), run?.run.startsWith(`${federation}.`) ? run : undefined);
  }

  async asks({ run, round }: Pick<AwaitedRun, "run" | "round">, at: Date): Promise<void> {
    this.#run = { format: 1, run, round, at: at.toISOString() };
    await writeHomeFile(this.#storage, homeFiles.awaited, this.#run);
  }

  async forget(): Promise<void> {
    this.#run = undefined;
    await this.#storage.remove(homeFiles.awaited);
  }

  /**
   * Why nothing more comes of the run, where the door has no job; undefined where it may. Either the update of its last job has
   * left, or it has asked for nothing for longer than all of the rounds that it may have left wait, since this process began.
   * @param helps whether it opens sums of masks
   */
  ended(
    entries: readonly LogEntry[],
    { config, waitMinutes }: Pick<Agreement, "config" | "waitMinutes">,
    now: Date,
    helps = false,
  ): string | undefined {
    if (!this.#run) return undefined;
    const { run, round, at } = this.#run;
    const gone = new Set(sentOf(entries).map(({ object }) => object));
    // one that helps opens sums after its own last update
    const last = helps ? openedOf(entries) : signedOf(entries);
    if (ofRun<OpenedEntry | SignedEntry>(run, last).some(({ final, object }) => final && gone.has(object))) {
      return `the last job of ${run} was done before`;
    }
    const left = Math.max(1, config.federation.rounds + 1 - round);
    const seconds = left * waitSeconds(waitMinutes).timeoutSeconds;
    if (now.getTime() - Math.max(Date.parse(at), this.#opened) <= 1000 * seconds) return undefined;
    return `${run} has asked for nothing for ${Math.round(seconds / 60)} minutes, longer than its rounds may wait: it has ended`;
  }
}
