import { beforeAll, expect, test } from "vitest";
import type { Rights } from "../../local/iam/rights.ts";
import { ownerAccounts, violationsOfAccounts } from "./accounts-proofs.ts";
import { deployedRights } from "./deployed-rights.ts";
import { synthesized } from "./synthesized.ts";

let rights: Rights;
beforeAll(async () => {
  rights = deployedRights(await synthesized({ encryptionKey: true, ownerAccounts }));
});

test("owners' accounts may do what is promised, and nothing else that was tried; others nothing", () => {
  expect(violationsOfAccounts(rights)).toEqual([]);
});

test("the proof finds a stack that lets no owner in, and one that lets in another", async () => {
  expect(violationsOfAccounts(deployedRights(await synthesized({ encryptionKey: true })))).not.toEqual([]);
  const strange = `${ownerAccounts},clinics=999999999999/fedstep-owner`;
  const found = violationsOfAccounts(
    deployedRights(await synthesized({ encryptionKey: true, ownerAccounts: strange })),
  );
  expect(found.some((text) => text.startsWith("999999999999: "))).toBe(true);
  expect(found.some((text) => text.startsWith("machine: "))).toBe(true);
});
