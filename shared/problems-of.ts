import * as z from "zod";
import { visible } from "./visible.ts";

/** What is wrong with something, a line or two for each problem: what it says of itself makes no line of its own. */
export function problemsOf({ issues }: z.ZodError): string {
  // zod writes where in quotes
  const shown = issues.map((issue) => ({ ...issue, message: visible(issue.message) }));
  return z.prettifyError(new z.ZodError(shown));
}
