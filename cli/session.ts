/** What a command may use of the process that it runs in; tests give their own. */
export interface Session {
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: NodeJS.WriteStream;
  /** Characters of a line of standard output, where that is a terminal. */
  readonly columns?: number | undefined;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The answer, on standard output. */
  print(text: string): void;
  /** What happens meanwhile, on standard error. */
  say(text: string): void;
}

/** Exit codes of the command line. */
export const exitCodes = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;
