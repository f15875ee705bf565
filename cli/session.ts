import { visibleLines } from "../shared/visible.ts";
import type { ClientSettings } from "./targets/clients.ts";

/** What a command may use of the process that it runs in; tests give their own. */
export interface Session {
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: NodeJS.WriteStream;
  /** Characters of a line of standard output, where that is a terminal. */
  readonly columns?: number | undefined;
  /** Aborted by Ctrl-C, and by a terminal that is closed. */
  readonly signal: AbortSignal;
  /** Of which account an owner's stack is, where that is not what the SDK is set up for. */
  readonly account?: ClientSettings;
  /**
   * The answer, on standard output.
   * @param styled for what holds colours, where all that others have named is visible already
   */
  print(text: string, styled?: "styled"): void;
  /** What happens meanwhile, on standard error. */
  say(text: string): void;
}

/**
 * The session as commands have it. What they say holds names from files, buckets and services, and a terminal would obey
 * what it finds in them.
 */
export function visibly(session: Session): Session {
  return {
    ...session,
    print: (text, styled) => session.print(styled ? text : visibleLines(text)),
    say: (text) => session.say(visibleLines(text)),
  };
}

/** Exit codes of the command line. */
export const exitCodes = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;
