import { beforeAll, describe, expect, test } from "vitest";
import { type Asked, againstAgreement, agreedParameters } from "../../../shared/owners/against-agreement.ts";
import type { Agreement } from "../../../shared/owners/agreement.ts";
import { fingerprintOf } from "../../../shared/owners/identity.ts";
import { type Policy, policy } from "../../../shared/owners/policy.ts";
import type { Signer } from "../../../shared/owners/signed.ts";
import { agreementOf } from "./agreed.ts";
import { newSigner } from "./keys.ts";

let signers: Signer[];
let agreed: Agreement;
beforeAll(async () => {
  signers = await Promise.all([newSigner(), newSigner(), newSigner()]);
  agreed = agreementOf(signers, { minimumCohort: 3 });
});

type Changes = Partial<Omit<Asked, "policy">> & { readonly policy?: Record<string, unknown> };

const refusalOf = ({ policy: rules = {}, ...changes }: Changes = {}) =>
  againstAgreement({
    policy: policy.parse(rules) as Policy,
    agreement: agreed,
    description: { train: 80, heldOut: 20 },
    key: signers[0]?.key ?? "",
    today: "2026-11-29",
    ...changes,
  });

/** An agreement on another training. */
function trainedBy(changes: Partial<Agreement["config"]["training"]>): Changes {
  const { config } = agreed;
  return { agreement: { ...agreed, config: { ...config, training: { ...config.training, ...changes } } } };
}

test("the defaults have nothing against an agreement of three clinics", () => {
  expect(refusalOf()).toBeUndefined();
});

test("a model's parameters are counted: 2 features, 8 hidden, 2 classes", () => {
  expect(agreedParameters(agreed)).toBe(2 * 8 + 8 + 8 * 2 + 2);
});

describe("each rule", () => {
  test.each<[string, string, () => Changes]>([
    ["PolicyExpired", "expires", () => ({ policy: { expires: "2026-11-28" } })],
    ["FederationUnknown", "federations", () => ({ policy: { federations: ["banks"] } })],
    ["MemberUntrusted", "trusted", () => ({ policy: { trusted: [fingerprintOf(signers[1]?.key ?? "")] } })],
    ["CohortTooSmall", "minimumCohort", () => ({ agreement: { ...agreed, minimumCohort: 2 } })],
    ["ExamplesTooFew", "leastExamples", () => ({ policy: { leastExamples: 101 } })],
    ["ExamplesTooFew", "leastExamples", () => trainedBy({ localSteps: 1, batchSize: 49 })],
    ["EvaluationKept", "tells.evaluation", () => ({ policy: { tells: { evaluation: false } } })],
    ["ExamplesTooFew", "leastHeldOut", () => ({ description: { train: 81, heldOut: 19 } })],
    ["ModelNotAllowed", "models.mostParameters", () => ({ policy: { models: { mostParameters: 41 } } })],
    ["RoundsExceeded", "mostRounds", () => ({ policy: { mostRounds: 4 } })],
    ["EvaluationsExceeded", "mostEvaluations", () => ({ policy: { mostEvaluations: 5 } })],
    ["PrivacyMissing", "privacy", () => ({ policy: { privacy: "required" } })],
    ["BundleUnknown", "bundles", () => ({ policy: { bundles: ["cd".repeat(32)] } })],
  ])("%s by %s", (name, field, changes) => {
    const refusal = refusalOf(changes());
    expect(refusal?.name).toBe(name);
    expect(refusal?.about).toMatch(new RegExp(`^${field.replace(".", "\\.")}: `));
  });

  test.each<[string, () => Changes]>([
    ["the last day of a policy", () => ({ policy: { expires: "2026-11-29" } })],
    ["a federation that is named", () => ({ policy: { federations: ["clinics"] } })],
    [
      "all others trusted",
      () => ({ policy: { trusted: signers.slice(1).map(({ key }) => fingerprintOf(key)) } }),
    ],
    ["updates of as many examples as are asked for", () => trainedBy({ localSteps: 2, batchSize: 25 })],
    ["as many examples as are asked for", () => ({ policy: { leastExamples: 100, leastHeldOut: 20 } })],
    [
      "as many parameters, rounds and evaluations",
      () => ({
        policy: { models: { mostParameters: 42 }, mostRounds: 5, mostEvaluations: 6 },
      }),
    ],
    [
      "one of two bundles",
      () => ({
        policy: { bundles: ["ab".repeat(32)] },
        agreement: { ...agreed, bundles: ["cd".repeat(32), "ab".repeat(32)] },
      }),
    ],
  ])("allows %s", (_, changes) => {
    expect(refusalOf(changes())).toBeUndefined();
  });
});
