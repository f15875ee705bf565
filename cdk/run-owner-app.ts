import type { OwnerStack } from "./owner-stack.ts";
import { project } from "./project.ts";
import { withoutTrace } from "./run-app.ts";

/**
 * What the CDK's command line runs for an owner in an account of its own.
 * @param check gets the stack before it is written
 */
export async function runOwnerApp(check?: (stack: OwnerStack) => void): Promise<void> {
  await withoutTrace(async () => {
    const { synthesizeOwner } = await import("./synthesize-owner.ts");
    await synthesizeOwner(project, check);
  });
}
