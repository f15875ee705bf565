import type { Allowance } from "./allowance.ts";

/** One execution of the state machine and what it covers: a run takes as many as its rounds need. */
export interface ExecutionSpan {
  /** 1, 2, ... */
  readonly number: number;
  readonly name: string;
  /** The last round that it may train. */
  readonly lastRound: number;
}

/** Stands between a run's name and the number of its execution; no run's own name can hold it. */
const separator = "@";

/** The name of a run's n-th execution: RUN, RUN@2, RUN@3, ... */
export function executionName(run: string, number: number): string {
  return number === 1 ? run : `${run}${separator}${number}`;
}

/** The number of a run's execution by its name: 1 where it has another form, as the first may. */
export function executionNumber(run: string, name: string): number {
  const [begins, number] = [`${run}${separator}`, Number(name.split(separator).at(-1))];
  return name.startsWith(begins) && Number.isInteger(number) && number > 1 ? number : 1;
}

/** The n-th execution of a run, which starts with the given round. */
export function executionFrom(
  run: string,
  { roundsPerExecution }: Pick<Allowance, "roundsPerExecution">,
  number: number,
  firstRound: number,
): ExecutionSpan {
  return { number, name: executionName(run, number), lastRound: firstRound + roundsPerExecution - 1 };
}
