/** What is wrong with a cell, in words that follow its place. */
export interface Wrong {
  /** With what to change in a file or its schema. */
  readonly problem: string;
  /** Without that, for whoever has neither: "is 130, and the schema takes 0 to 120". */
  readonly fault: string;
}

export function wrong(fault: string, change: string): Wrong {
  return { fault, problem: `${fault}: ${change}` };
}
