import type { Reporter, TestModule } from "vitest/node";

/** Names every test that was skipped: what could not be tried here is not to be taken for tried. */
export class SkippedByName implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap(({ children, relativeModuleId }) =>
      [...children.allTests("skipped")].map((test) => `  ${relativeModuleId} > ${test.fullName}`),
    );
    if (names.length > 0) process.stdout.write(`\nskipped:\n${names.join("\n")}\n`);
  }
}
