import { beforeAll, describe, expect, test } from "vitest";
import { breaksWith, unfitForOwners } from "../../../shared/owners/agreed-config.ts";
import { type Agreement, agreement, agreementSha256 } from "../../../shared/owners/agreement.ts";
import type { Signer } from "../../../shared/owners/signed.ts";
import { agreementOf, sealingKey } from "./agreed.ts";
import { newSigner } from "./keys.ts";

let signers: Signer[];
let first: Agreement;
beforeAll(async () => {
  signers = await Promise.all(Array.from({ length: 4 }, newSigner));
  first = agreementOf(signers.slice(0, 3));
});

const bucket = "https://bucket.s3.eu-central-1.amazonaws.com";
const atDoor = (url: string, storage: string) => (one: Agreement) => ({ ...one, door: { url, storage } });
const problemsOf = (value: unknown) =>
  agreement.safeParse(value).error?.issues.map(({ message }) => message) ?? [];

describe("an agreement", () => {
  test("is taken as it is, and its digest is of all that it says", () => {
    const remote = atDoor("https://abc.lambda-url.eu-central-1.on.aws/", bucket)(first);
    for (const one of [first, remote]) expect(agreement.parse(one)).toEqual(one);
    const digests = [first, remote, { ...first, waitMinutes: 11 }, { ...first, minimumCohort: 3 }].map(
      agreementSha256,
    );
    expect(new Set(digests).size).toBe(4);
    // in whatever order a reader finds its fields
    expect(agreementSha256(Object.fromEntries(Object.entries(first).reverse()) as Agreement)).toBe(
      digests[0],
    );
  });

  test.each<[string, (one: Agreement) => unknown, RegExp]>([
    [
      "one key twice",
      (one) => withMember(one, 1, { signingKey: one.members[0]?.signingKey }),
      /same signing key/,
    ],
    [
      "one sealing key twice",
      (one) => withMember(one, 1, { exchangeKey: sealingKey(0) }),
      /same exchange key/,
    ],
    ["one name in two spellings", (one) => withMember(one, 1, { name: "OWNER 0" }), /same name/],
    ["one number twice", (one) => withMember(one, 1, { number: 0 }), /same number/],
    ["numbers out of order", (one) => ({ ...one, members: one.members.toReversed() }), /another order/],
    ["a cohort that cannot be", (one) => ({ ...one, minimumCohort: 4 }), /more than the 3 members/],
    ["a cohort of one", (one) => ({ ...one, minimumCohort: 1 }), />=2/],
    ["a first version with one before", (one) => ({ ...one, previous: "a".repeat(64) }), /if there is one/],
    ["a second version with none", (one) => ({ ...one, version: 2 }), /if there is one/],
    [
      "a federation whose name would reach into others",
      (one) => ({ ...one, federation: "a.b" }),
      /lower-case/,
    ],
    ["the number of a member for the next one", (one) => ({ ...one, nextNumber: 2 }), /a member.s number/],
    ["a door that is not HTTPS", atDoor("http://door.example/", bucket), /HOST\/PATH/],
    ["a door at an address", atDoor("https://169.254.169.254/", bucket), /HOST\/PATH/],
    ["a door at an address of IPv6", atDoor("https://[fd00:ec2::254]/", bucket), /HOST\/PATH/],
    ["a door at an address in other words", atDoor("https://2852039166/", bucket), /HOST\/PATH/],
    ["a door on this machine", atDoor("https://localhost/", bucket), /HOST\/PATH/],
    ["a door with a password", atDoor("https://a:b@door.example/", bucket), /HOST\/PATH/],
    ["a door in two spellings", atDoor("https://DOOR.example/", bucket), /HOST\/PATH/],
    ["a bucket with a path", atDoor("https://door.example/", `${bucket}/updates`), /without a path/],
    ["a bucket that is not HTTPS", atDoor("https://door.example/", "http://b.example"), /without a path/],
    ["three bundles", (one) => ({ ...one, bundles: ["a", "b", "c"].map((x) => x.repeat(64)) }), /<=2/],
    ["what nobody knows", (one) => ({ ...one, code: "fetch('https://…')" }), /code/],
  ])("with %s is refused", (_, change, message) => {
    expect(problemsOf(change(first)).join()).toMatch(message);
  });

  test("says of a configuration what cannot be among owners", () => {
    const { config } = first;
    expect(unfitForOwners(config, 3)).toEqual([]);
    const wrong = {
      ...config,
      partition: { ...config.partition, clients: 4 },
      baseline: { ...config.baseline, enabled: true },
      dataset: { ...config.dataset, limit: 10 },
      federation: { ...config.federation, evaluation: "test-set" as const },
      training: { ...config.training, trainer: "tfjs" as const },
    };
    expect(unfitForOwners(wrong, 3).map((line) => line.split(":")[0])).toEqual([
      "partition.clients",
      "baseline.enabled",
      "dataset.limit",
      "federation.evaluation",
      "training.trainer",
    ]);
  });
});

describe("a next version", () => {
  const next = (changes: Partial<Agreement> = {}): Agreement => ({
    ...first,
    version: 2,
    previous: agreementSha256(first),
    ...changes,
  });
  const broken = (changes: Partial<Agreement>) =>
    breaksWith(first, agreementSha256(first), next(changes)).join("\n");

  test("goes on from the one before: with a member more, one less, and other settings", () => {
    const [a, b, c] = first.members;
    const joined = { number: 3, name: "late", signingKey: signers[3]?.key ?? "", exchangeKey: sealingKey(9) };
    expect(broken({})).toBe("");
    expect(broken({ members: [...first.members, joined], nextNumber: 4 })).toBe("");
    expect(broken({ members: [a, c].filter((one) => one !== undefined) })).toBe("");
    expect(broken({ waitMinutes: 60, minimumCohort: 3 })).toBe("");
    expect(b).toBeDefined();
  });

  test.each<[string, () => Partial<Agreement>, RegExp]>([
    ["of another federation", () => ({ federation: "banks" }), /of the federation banks/],
    ["that leaves one out", () => ({ version: 3 }), /2 comes next/],
    ["that goes on from another one", () => ({ previous: "0".repeat(64) }), /names another version/],
    ["that splits anew", () => ({ config: { ...first.config, seed: 2 } }), /config\.seed/],
    [
      "that holds out otherwise",
      () => ({ config: { ...first.config, dataset: { ...first.config.dataset, heldOut: 0.3 } } }),
      /heldOut/,
    ],
    [
      "that puts another key in a member's place",
      () => withMember(first, 1, { signingKey: signers[3]?.key }),
      /another key/,
    ],
    [
      "whose new key another one's signs",
      () =>
        withMember(first, 1, {
          signingKey: signers[3]?.key,
          replaces: { key: first.members[0]?.signingKey, signature: "" },
        }),
      /another key/,
    ],
  ])("%s does not", (_, changes, message) => {
    expect(broken(changes())).toMatch(message);
  });

  test.each([1, 2])("gives nobody the number of a member that has left: %i", (number) => {
    const second = { ...next(), members: first.members.filter((one) => one.number !== number) };
    const taken = {
      number,
      name: "late",
      signingKey: signers[3]?.key ?? "",
      exchangeKey: sealingKey(9),
    };
    const members = [...second.members, taken].sort((a, b) => a.number - b.number);
    const third = { ...second, version: 3, previous: agreementSha256(second), members };
    expect(agreement.safeParse(third).success).toBe(true);
    expect(breaksWith(second, agreementSha256(second), third).join()).toMatch(
      /number of a member that has left/,
    );
  });
});

function withMember(one: Agreement, at: number, changes: Record<string, unknown>): Agreement {
  return { ...one, members: one.members.map((m, i) => (i === at ? { ...m, ...changes } : m)) };
}
