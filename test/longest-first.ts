import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Small files whose tests take long: a minute of one core each, more or less. */
export const long = [
  "test/cli/owners-document.integration.test.ts",
  "test/functions/one-bit.test.ts",
  "test/functions/sample.test.ts",
  "test/owner/alone.test.ts",
  "test/owner/do-job.test.ts",
  "test/owner/run/lying-door.test.ts",
  "test/owner/run/take-part.test.ts",
  "test/owner/run/vanishing.test.ts",
];

/**
 * vitest begins with the largest files. Of these small ones, it would still be waiting for the last with one core while the
 * others have nothing left to do.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files), ({ project, moduleId }) => ({
      project: project.name,
      path: relative(this.ctx.config.root, moduleId).replaceAll("\\", "/"),
    }));
  }
}

/** In each project the long ones first, and otherwise as they were; projects stay in their order. */
export function longestFirst<T>(
  files: readonly T[],
  of: (file: T) => { project: string; path: string },
): T[] {
  const projects = [...new Set(files.map((file) => of(file).project))];
  return projects.flatMap((name) => {
    const its = files.filter((file) => of(file).project === name);
    const isLong = (file: T) => long.includes(of(file).path);
    return [...its.filter(isLong), ...its.filter((file) => !isLong(file))];
  });
}
