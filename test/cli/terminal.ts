import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { inject, onTestFinished } from "vitest";
import { main } from "../../cli/main.ts";

export interface Answer {
  readonly code: number;
  /** Standard output. */
  readonly output: string;
  /** Standard error. */
  readonly said: string;
}

/** No such host can exist (RFC 2606): without a cache, MNIST is then the sample that fedstep carries. */
const offline = { FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/" };

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command line in this process, offline and with an empty cache; on a terminal where isTTY says so. */
export async function fedstep(
  args: readonly string[],
  {
    signal,
    onSaid,
    onPrinted,
    isTTY = false,
    env = {},
  }: {
    signal?: AbortSignal;
    onSaid?: (text: string) => void;
    onPrinted?: (text: string) => void;
    isTTY?: boolean;
    /** Beside what keeps it offline. */
    env?: NodeJS.ProcessEnv;
  } = {},
): Promise<Answer> {
  const output: string[] = [];
  const said: string[] = [];
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      said.push(String(chunk));
      onSaid?.(String(chunk));
      done();
    },
  });
  const code = await main(args, {
    env: { ...offline, XDG_CACHE_HOME: join(sharedHome(), "cache"), ...env },
    stderr: Object.assign(stderr, { isTTY, columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream,
    signal: signal ?? new AbortController().signal,
    print: (text) => {
      output.push(`${text}\n`);
      onPrinted?.(text);
    },
    say: (text) => {
      said.push(`${text}\n`);
      onSaid?.(text);
    },
  });
  return { code, output: output.join(""), said: said.join("") };
}

/** One home for the tests of a process. Its assemblies are those of all of them: the stack is synthesized once. */
export function sharedHome(): string {
  if (home === undefined) {
    const temporary = inject("temporary");
    const assemblies = join(temporary, "assemblies");
    mkdirSync(assemblies, { recursive: true });
    home = mkdtempSync(join(temporary, "home-"));
    symlinkSync(assemblies, join(home, "assemblies"));
  }
  return home;
}

/** Makes a home of its own, in which the stack of the shared one needs no synthesis. */
export function homeBeside(home: string): string {
  const assemblies = join(sharedHome(), "assemblies");
  mkdirSync(home, { recursive: true });
  symlinkSync(assemblies, join(home, "assemblies"));
  return home;
}

let home: string | undefined;
