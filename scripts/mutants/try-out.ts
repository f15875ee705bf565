import type { ProjectCopy } from "./copy.ts";
import type { Mutant } from "./mutant.ts";
import { runTests, type Selection, type TestRun } from "./run-tests.ts";
import { unfit, type Verdict, verdictOf } from "./verdict.ts";

/** What others are generated from, by the preparation of the tests. */
const generates = /^(shared\/model\/kernel\/assembly|report\/page|cdk)\//;

type Run = (
  copy: Pick<ProjectCopy, "folder" | "temporary">,
  of: Selection,
  signal: AbortSignal,
) => Promise<TestRun>;

/**
 * Tells how each mutant comes out, in order. Tests that fail without a mutant say nothing about one, so that each
 * selection of tests is run without any first, and all whole files at once.
 */
export async function* tryMutants(
  mutants: readonly Mutant[],
  copy: ProjectCopy,
  signal: AbortSignal,
  run: Run = runTests,
): AsyncGenerator<Verdict> {
  const fitting = mutants.filter((mutant) => copy.objection(mutant) === undefined);
  const whole = fitting.flatMap(({ tests, titled }) => (titled === undefined ? tests : []));
  const undisturbed = new Map<string, TestRun>();
  let prepares = true;
  const without = async (tests: readonly string[], titled?: string) => {
    const key = JSON.stringify([titled, tests]);
    const known = undisturbed.get(key) ?? (await run(copy, { tests, titled, prepares }, signal));
    undisturbed.set(key, known);
    prepares = false;
    return known;
  };
  const all = whole.length > 0 ? await without([...new Set(whole)]) : { files: [] };
  for (const mutant of mutants) {
    const { name, file, tests, titled } = mutant;
    const objection = copy.objection(mutant);
    if (objection !== undefined) {
      yield { name, outcome: "outdated", why: [objection] };
      continue;
    }
    const problem = unfit(tests, titled === undefined ? all : await without(tests, titled));
    if (problem !== undefined) {
      yield { name, outcome: "untried", why: [problem] };
      continue;
    }
    const changes = generates.test(file);
    const selection = { tests, titled, prepares: prepares || changes };
    yield verdictOf(mutant, await copy.during(mutant, () => run(copy, selection, signal)));
    // what was generated of the mutant is to go
    prepares = changes;
  }
}
