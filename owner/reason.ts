/** Characters of a reason in the log. */
const most = 1000;

/** Why something did not come about, in words for the owner's own log, whatever has come with them. */
export function reasonOf(error: unknown): string {
  return bounded(error instanceof Error ? error.message : String(error));
}

export function bounded(reason: string): string {
  return reason.slice(0, most).toWellFormed();
}
