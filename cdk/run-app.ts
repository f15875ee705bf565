import { FedstepError } from "../shared/errors.ts";
import { requirePackages } from "./peer-packages.ts";
import { project } from "./project.ts";
import type { FedstepStack } from "./stack.ts";

/**
 * What the CDK's command line runs. What the caller can mend is said without a stack trace: that the CDK library is
 * missing too, which is therefore loaded only here.
 * @param check gets the stack before it is written
 */
export async function runApp(check?: (stack: FedstepStack) => void): Promise<void> {
  try {
    requirePackages(project, "synthesis");
    const { synthesizeStack } = await import("./synthesize.ts");
    await synthesizeStack(project, check);
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 1;
  }
}
