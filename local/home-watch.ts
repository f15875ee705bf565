import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { diskFull, type FedstepError, homeLost, processesRefused, tooFewFiles } from "../shared/errors.ts";
import { systemCode, systemReason } from "../system/system-error.ts";

/** How often it is looked whether the home is there, in milliseconds. */
const lookMs = 500;

const full = ["ENOSPC", "EDQUOT", "EFBIG"];
const fewFiles = ["EMFILE", "ENFILE"];
const fewProcesses = ["EAGAIN", "ENOMEM"];
const unwritable = ["EIO", "EROFS"];
/** Of the home, or of something in it that a person has put there. */
const denied = ["EACCES", "EPERM"];

/**
 * Notices when the endpoints can no longer work: the home was removed, its disk is full, or the system gives them nothing
 * more. Requests would fail one by one under other names, and be repeated for minutes.
 */
export class HomeWatch {
  readonly #home: string;
  readonly #identity: string | undefined;
  readonly #broken = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /** @param home a folder that is there */
  constructor(home: string) {
    this.#home = home;
    this.#identity = identityOf(home);
    this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  /** Aborted once the endpoints cannot work any more; its reason says why and what to do. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** What an endpoint has failed with, whatever it was. */
  readonly noticed = (error: unknown): void => {
    this.#look();
    const named = this.#named(error);
    if (named) this.#end(named);
  };

  /** Why something failed: what the home has to do with it, or the error itself. */
  explained(error: unknown): unknown {
    this.noticed(error);
    return this.broken.aborted ? this.broken.reason : error;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (identityOf(this.#home) === this.#identity) return;
    this.#end(
      homeLost(
        `${this.#home} was removed while it was in use, and with it what was under way; start the run again, and leave its home where it is`,
      ),
    );
  }

  #end(error: FedstepError): void {
    if (!this.broken.aborted) this.#broken.abort(error);
  }

  #named(cause: unknown): FedstepError | undefined {
    const code = systemCode(cause) ?? "";
    const reason = systemReason(cause);
    if (full.includes(code)) {
      return diskFull(
        `${this.#placeOf(cause)} takes nothing more (${reason}): make room, or take another home by --home or FEDSTEP_HOME; fedstep resume goes on with the run`,
        { cause },
      );
    }
    if (unwritable.includes(code) || (denied.includes(code) && !isWritable(this.#home))) {
      return homeLost(
        `${this.#home} can no longer be written (${reason}): make it so, and fedstep resume goes on with the run`,
        { cause },
      );
    }
    if (fewFiles.includes(code)) {
      return tooFewFiles(
        `the system lets this command open no more files (${reason}): raise the limit, as by ulimit -n 4096, and fedstep resume goes on with the run`,
        { cause },
      );
    }
    if (fewProcesses.includes(code)) {
      return processesRefused(
        `the system starts no more processes for this command (${reason}): free memory, raise ulimit -u, or give fewer --environments, and fedstep resume goes on with the run`,
        { cause },
      );
    }
    return undefined;
  }

  /** The folder that a call was about, where the error says so: temporary files lie elsewhere. */
  #placeOf(error: unknown): string {
    const path = error instanceof Error && "path" in error ? error.path : undefined;
    return typeof path === "string" && !path.startsWith(this.#home) ? dirname(path) : this.#home;
  }
}

function isWritable(home: string): boolean {
  try {
    accessSync(home, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Of two folders of the same identity one is the other. */
function identityOf(home: string): string | undefined {
  try {
    const { dev, ino } = statSync(home);
    return `${dev} ${ino}`;
  } catch (error) {
    // what cannot be looked at may be there
    return systemCode(error) === "ENOENT" ? undefined : "unknown";
  }
}
