import { FedstepError } from "../shared/errors.ts";
import { requirePackages } from "./peer-packages.ts";
import { project } from "./project.ts";
import type { FedstepStack } from "./stack.ts";

/**
 * What the CDK's command line runs for a coordinator.
 * @param check gets the stack before it is written
 */
export async function runApp(check?: (stack: FedstepStack) => void): Promise<void> {
  await withoutTrace(async () => {
    const { synthesizeStack } = await import("./synthesize.ts");
    await synthesizeStack(project, process.cwd(), check);
  });
}

/**
 * What the caller can mend is said without a stack trace: that the CDK library is missing too, which the synthesis therefore
 * loads only once it is looked for.
 */
export async function withoutTrace(synthesize: () => Promise<void>): Promise<void> {
  try {
    requirePackages(project, "synthesis");
    await synthesize();
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 1;
  }
}
