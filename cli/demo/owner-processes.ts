import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ownerEnded } from "../../shared/errors.ts";
import type { DemoHome } from "./home.ts";
import type { OwnerTable } from "./tables.ts";

/** The command line: so many folders above the source, and above the chunk that holds it. */
const program = fileURLToPath(new URL("../../bin/fedstep.mjs", import.meta.url));

/** A process whose parent is gone, however it went, ends by itself. */
const endsWithParent =
  'data:text/javascript,process.channel.unref();process.once("disconnect",()=>process.kill(process.pid,"SIGTERM"))';

/** Milliseconds that owners have to end by themselves: after the run's last job, and once they are told to. */
const patienceMs = 5_000;

/** One fedstep owner run for each owner of a demonstration. */
export class OwnerProcesses {
  readonly #children: ChildProcess[] = [];
  readonly #failed = new AbortController();
  /** The demonstration is over: whoever ends now has not failed. */
  #ending = false;

  /** Aborted where one ends that should not, with an error that names its log. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** @param door where they ask for jobs @param env as the person's, from which they get no more than any command */
  start(tables: readonly OwnerTable[], home: DemoHome, door: string, env: NodeJS.ProcessEnv): void {
    for (const { owner, file } of tables) {
      const log = join(home.logs, `${owner}.log`);
      const own = ["--data", file, "--home", home.ownerHome(owner), "--door", door, "--until-done"];
      const output = openSync(log, "a", 0o600);
      const child = spawn(process.execPath, ["--import", endsWithParent, program, "owner", "run", ...own], {
        // of the coordinator's home it takes fedstep's own code, where that had to be made
        env: { ...env, FEDSTEP_HOME: home.coordinator },
        stdio: ["ignore", output, output, "ipc"],
      });
      closeSync(output);
      const ended = (how: string) => {
        if (!this.#ending)
          this.#failed.abort(ownerEnded(`${owner}'s process ${how} before the run did; ${log} says why`));
      };
      child.once("error", ({ message }) => ended(`did not start (${message})`));
      child.once(
        "exit",
        (code, signal) => code !== 0 && ended(`ended with ${signal ?? `exit code ${code}`}`),
      );
      this.#children.push(child);
    }
  }

  /** Waits for those who are about to end, and ends the others. */
  async end(): Promise<void> {
    this.#ending = true;
    await this.#gone(patienceMs);
    await this.kill();
  }

  /** Ends all of them. */
  async kill(): Promise<void> {
    this.#ending = true;
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      for (const child of this.#children) if (isAlive(child)) child.kill(signal);
      await this.#gone(patienceMs);
    }
  }

  async #gone(withinMs: number): Promise<void> {
    const late = new AbortController();
    const all = Promise.all(this.#children.filter(isAlive).map((child) => once(child, "exit")));
    const timer = sleep(withinMs, undefined, { signal: late.signal }).catch(() => {});
    await Promise.race([all, timer]);
    late.abort();
  }
}

const isAlive = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid !== undefined && exitCode === null && signalCode === null;
