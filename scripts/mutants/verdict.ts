import type { Mutant } from "./mutant.ts";
import type { TestRun } from "./run-tests.ts";

/** How a mutant came out. `broken`: something failed, but no test that ran; `untried`: see why. */
export interface Verdict {
  readonly name: string;
  readonly outcome: "caught" | "survived" | "broken" | "outdated" | "untried";
  /** What failed, or why nothing did. */
  readonly why: readonly string[];
}

/** A mutant is caught where in each of its files a test ran and failed: an import that crashes states nothing. */
export function verdictOf({ name, tests }: Mutant, { files, broken }: TestRun): Verdict {
  if (broken !== undefined) return { name, outcome: "broken", why: [firstLine(broken)] };
  const why: string[] = [];
  const outcomes = tests.map((test) => {
    const result = files.find(({ file }) => file === test);
    const [failed] = result?.failed ?? [];
    if (failed !== undefined) {
      why.push(`${test}: ${failed}`);
      return "caught";
    }
    if (result?.broken !== undefined) {
      why.push(`${test} was not run: ${firstLine(result.broken)}`);
      return "broken";
    }
    const passed = result?.passed.length ?? 0;
    why.push(passed === 0 ? `${test}: no test was run` : `${test}: ${passed} passed`);
    return "survived";
  });
  const worst = (["survived", "broken"] as const).find((one) => outcomes.includes(one));
  return { name, outcome: worst ?? "caught", why };
}

/** Why these tests cannot judge a mutant: they fail without one. */
export function unfit(tests: readonly string[], { files, broken }: TestRun): string | undefined {
  if (broken !== undefined) return firstLine(broken);
  for (const test of tests) {
    const result = files.find(({ file }) => file === test);
    if (!result || result.passed.length === 0) return `${test} has no test that passes without it`;
    const problem = result.broken ?? result.failed[0];
    if (problem !== undefined) return `${test} fails without it: ${firstLine(problem)}`;
  }
  return undefined;
}

const firstLine = (text: string) => text.split("\n")[0] ?? "";

/** A mutant's line, and below it what failed. */
export function verdictText({ name, outcome, why }: Verdict): string {
  const word = outcome === "caught" ? outcome : outcome.toUpperCase();
  return [`${name}: ${word}`, ...why.map((one) => `  ${one}`)].join("\n");
}

/** The last line, and whether all is well. */
export function mutantsSummary(verdicts: readonly Verdict[]): { text: string; good: boolean } {
  const count = (outcome: Verdict["outcome"]) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const rest = (["broken", "outdated", "untried"] as const).filter((one) => count(one) > 0);
  const counts = (["caught", "survived", ...rest] as const).map((one) => `${count(one)} ${one}`);
  return { text: counts.join(", "), good: count("caught") === verdicts.length };
}
