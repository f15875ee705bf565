import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { acknowledge, acknowledgements } from "../../scripts/nag.ts";
import { withStacks } from "./synthesized.ts";

const ownerAccounts = "clinics=111122223333/fedstep-owner";

type Stack = Parameters<typeof acknowledge>[0];

/** "rule at path" of everything that the AwsSolutions pack finds in the stack. */
function findings(stack: Stack): string[] {
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  return violations
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    )
    .sort();
}

describe.each([
  ["by default", {}],
  [
    "with everything that can be asked for",
    { encryptionKey: true, versioned: true, alarmEmail: "a@b.org", door: true, ownerAccounts },
  ],
  [
    "with a key from elsewhere",
    { encryptionKey: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
  ],
  ["without what can be left out", { baseline: false, monitoring: false, tracing: false }],
  ["when nothing is to be left", { removalPolicy: "destroy", encryptionKey: true }],
])("the stack %s", (_, context) => {
  test("has no finding of cdk-nag's AwsSolutions but those acknowledged, and none is acknowledged in vain", () =>
    withStacks([context], ([stack]) => {
      const expected = acknowledgements(stack).map(({ path, rule }) => {
        // policies stand below the role that they are of
        const policy = path.endsWith("/Role") ? "/DefaultPolicy" : "";
        return `${rule} at fedstep/${path}${policy}/Resource`;
      });
      expect(findings(stack)).toEqual(expected.sort());
      acknowledge(stack);
      expect(findings(stack)).toEqual([]);
    }));
});

test("every acknowledgement says why", () =>
  withStacks([{}], ([stack]) => {
    for (const { reason } of acknowledgements(stack)) expect(reason.length).toBeGreaterThan(30);
  }));
