import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import type { OwnerStack } from "../../cdk/owner-stack.ts";
import { ownersAcknowledgements } from "../../scripts/owner-nag.ts";
import { withOwnerStack } from "./synthesized-owner.ts";

/** "rule at path" of everything that the AwsSolutions pack finds in the stack. */
function findings(stack: OwnerStack): string[] {
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  return violations
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    )
    .sort();
}

describe.each([
  ["by default", {}],
  ["with everything that can be asked for", { kmsKey: true }],
  ["when nothing is to be left", { removalPolicy: "destroy", kmsKey: true }],
])("an owner's stack %s", (_, context) => {
  test("has no finding of cdk-nag's AwsSolutions but those acknowledged, and none is acknowledged in vain", () =>
    withOwnerStack(context, (stack) => {
      const expected = ownersAcknowledgements(stack).map(({ path, rule }) => {
        // policies stand below the role that they are of
        const policy = path.endsWith("/Role") ? "/DefaultPolicy" : "";
        return `${rule} at fedstep-owner/${path}${policy}/Resource`;
      });
      expect(findings(stack)).toEqual(expected.sort());
    }));
});
