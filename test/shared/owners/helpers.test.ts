import { beforeAll, describe, expect, test } from "vitest";
import { agreementText } from "../../../owner/agreement-text.ts";
import { columnsOf } from "../../../owner/wrapped.ts";
import { againstAgreement } from "../../../shared/owners/against-agreement.ts";
import { unfitHelpers } from "../../../shared/owners/agreed-config.ts";
import { type Agreement, agreement, agreementSha256 } from "../../../shared/owners/agreement.ts";
import { helpersIn } from "../../../shared/owners/helpers.ts";
import { fingerprintOf } from "../../../shared/owners/identity.ts";
import { membershipChanges } from "../../../shared/owners/membership-changes.ts";
import { helpersReached, plannedHelpersOf } from "../../../shared/owners/planned-helpers.ts";
import { policy } from "../../../shared/owners/policy.ts";
import type { Signer } from "../../../shared/owners/signed.ts";
import { agreementOf } from "./agreed.ts";
import { newSigner } from "./keys.ts";

let signers: Signer[];
let plain: Agreement;
let masked: Agreement;
beforeAll(async () => {
  signers = await Promise.all(Array.from({ length: 4 }, newSigner));
  plain = agreementOf(signers, { minimumCohort: 3 });
  masked = { ...withMasks(plain, "owners"), helpers: ["owner 2", "owner 0", "owner 3"] };
});

function withMasks(agreed: Agreement, helpers: string | null): Agreement {
  const { federation } = agreed.config;
  const secureAggregation = {
    ...federation.secureAggregation,
    helpers,
  } as typeof federation.secureAggregation;
  return { ...agreed, config: { ...agreed.config, federation: { ...federation, secureAggregation } } };
}

function recomputable(agreed: Agreement): Agreement {
  const { federation } = agreed.config;
  const secureAggregation = { ...federation.secureAggregation, recomputable: true };
  return { ...agreed, config: { ...agreed.config, federation: { ...federation, secureAggregation } } };
}

describe("an agreement's helpers", () => {
  test("are members with their keys, by the order of their names, and part of its digest", () => {
    expect(helpersIn(masked).map(({ helper, member }) => [helper, member.number])).toEqual([
      [1, 2],
      [2, 0],
      [3, 3],
    ]);
    expect(helpersIn(plain)).toEqual([]);
    const swapped = { ...masked, helpers: ["owner 0", "owner 2", "owner 3"] };
    expect(agreementSha256(swapped)).not.toBe(agreementSha256(masked));
  });

  test.each<[string, string[], RegExp]>([
    ["a stranger", ["owner 0", "owner 1", "somebody"], /names somebody, who is no member/],
    ["one member twice", ["owner 0", "owner 1", "owner 0"], /names somebody twice/],
    ["two alone", ["owner 0", "owner 1"], /3/],
  ])("are not %s", (_, helpers, message) => {
    const { error } = agreement.safeParse({ ...plain, helpers });
    expect(error?.issues.map((one) => one.message).join()).toMatch(message);
  });

  test("go with masks that owners open, and with none else", () => {
    expect(unfitHelpers(plain)).toEqual([]);
    expect(unfitHelpers(masked)).toEqual([]);
    expect(unfitHelpers(withMasks(plain, "owners"))).toEqual([
      expect.stringContaining("the agreement names none: name them by --helpers"),
    ]);
    expect(unfitHelpers(withMasks(masked, null))).toEqual([expect.stringContaining("by --no-helpers")]);
    const [first, ...others] = masked.members;
    // wherever they are
    const account = { account: "111122223333", stack: "fedstep-owner" };
    const moved = { ...masked, members: [{ ...first, account }, ...others] as Agreement["members"] };
    expect(unfitHelpers(moved)).toEqual([]);
    const reached = helpersReached(plannedHelpersOf(moved) ?? []);
    const at = moved.helpers?.indexOf("owner 0") ?? -1;
    expect(reached.helpersInAccounts).toEqual([{ helper: at + 1, ...account }]);
    expect(reached.helpers.map(({ helper }) => helper)).toEqual([1, 2, 3].filter((one) => one !== at + 1));
  });

  test("are named by what a member is told of a next version", () => {
    expect(membershipChanges(plain, masked)).toEqual([
      "sums of masks are opened by owner 2, owner 0, owner 3",
    ]);
    const others = { ...masked, helpers: ["owner 1", "owner 0", "owner 3"] };
    expect(membershipChanges(masked, others)).toEqual([
      "sums of masks are opened by owner 1, owner 0, owner 3, and before by owner 2, owner 0, owner 3",
    ]);
    expect(membershipChanges(masked, plain)).toEqual(["nobody opens sums of masks any more: there are none"]);
    expect(membershipChanges(masked, masked)).toEqual([]);
    // and so is whether members may have each other's masked updates
    expect(membershipChanges(masked, recomputable(masked))).toEqual([
      "members may fetch each other's masked updates from now on: two helpers together read every update",
    ]);
    expect(membershipChanges(recomputable(masked), masked)).toEqual([
      "members fetch no masked updates any more",
    ]);
  });
});

describe("an owner's policy", () => {
  const refusalOf = (rules: object, own: number, agreed = masked) =>
    againstAgreement({
      policy: policy.parse(rules),
      agreement: agreed,
      description: { train: 80, heldOut: 20 },
      key: signers[own]?.key ?? "",
      today: "2026-11-29",
    });

  test("refuses fewer than two helpers that it trusts: by its default all of them", () => {
    for (const helpers of [[], ["owner 0"], ["owner 0", "owner 1"]]) {
      expect(refusalOf({ helpers }, 1)).toMatchObject({
        name: "HelpersUntrusted",
        about: expect.stringMatching(/^helpers: of owner 2, owner 0, owner 3 it lists (none|owner 0),/),
      });
    }
    // it trusts itself, and one other with it
    expect(refusalOf({}, 2)).toMatchObject({ name: "HelpersUntrusted" });
    expect(refusalOf({ helpers: ["owner 3"] }, 2)).toBeUndefined();
  });

  test("allows two of the three, by names and by fingerprints", () => {
    expect(refusalOf({ helpers: ["owner 0", "owner 3"] }, 1)).toBeUndefined();
    const fingerprint = fingerprintOf(signers[2]?.key ?? "");
    expect(refusalOf({ helpers: ["owner 0", fingerprint] }, 1)).toBeUndefined();
  });

  test("asks nothing of helpers where nothing is masked", () => {
    expect(refusalOf({ minimumExamplesInSum: 501 }, 1, plain)).toBeUndefined();
  });

  test.each(["always", 0.25])(
    "that recomputes (%s) takes an agreement that gives it masked updates",
    (recompute) => {
      const helpers = ["owner 0", "owner 3"];
      for (const agreed of [
        plain,
        masked,
        recomputable(plain),
        withMasks(recomputable(masked), "coordinator"),
      ]) {
        expect(refusalOf({ helpers, recompute }, 1, agreed)).toMatchObject({
          name: "RecomputeNotAgreed",
          about: expect.stringMatching(
            new RegExp(
              `^recompute: is ${recompute}, .*recomputable=true proposed, or set recompute to never$`,
            ),
          ),
        });
      }
      expect(refusalOf({ helpers, recompute }, 1, recomputable(masked))).toBeUndefined();
      expect(refusalOf({ helpers, recompute: "never" }, 1)).toBeUndefined();
    },
  );

  test.each([0, 1, -0.5, "sometimes", true])("cannot recompute %s", (recompute) => {
    expect(policy.safeParse({ recompute }).success).toBe(false);
  });

  test("refuses sums over fewer examples than it asks for", () => {
    const helpers = ["owner 0", "owner 3"];
    expect(refusalOf({ helpers, minimumExamplesInSum: 501 }, 1)).toMatchObject({
      name: "ExamplesTooFew",
      about: "minimumExamplesInSum: a sum may be over 500, and the policy asks for 501",
    });
    expect(refusalOf({ helpers, minimumExamplesInSum: 500 }, 1)).toBeUndefined();
  });
});

test.each(["english", "korean"] as const)(
  "in %s an agreement says who opens masks, on one screen",
  (language) => {
    const text = agreementText(masked, language).replaceAll(/\n\s*/g, " ");
    expect(text).toContain("owner 2, owner 0, owner 3");
    expect(text).toContain("500");
    expect(text).not.toMatch(/no masks|마스크가 없으므로/);
    const named = masked.members.map((one) => ({ ...one, name: `${one.number}${"m".repeat(59)}` }));
    const long = { ...masked, members: named, helpers: named.slice(1).map(({ name }) => name) };
    for (const one of [long, recomputable(long)]) {
      const lines = agreementText(one, language).split("\n");
      expect(lines.length).toBeLessThanOrEqual(24);
      for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(100);
    }
  },
);
