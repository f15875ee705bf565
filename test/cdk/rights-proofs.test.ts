import { beforeAll, expect, test } from "vitest";
import type { Rights } from "../../local/iam/rights.ts";
import { deployedRights, everybody } from "./deployed-rights.ts";
import { violations, violationsOfResources } from "./rights-proofs.ts";
import { synthesized } from "./synthesized.ts";

let rights: Rights;
beforeAll(async () => {
  rights = deployedRights(await synthesized({ encryptionKey: true, door: true }));
});

test.each(everybody)("%s may do what is promised, and nothing else that was tried", (who) => {
  expect(violations(rights, who)).toEqual([]);
});

test("roles are taken by their services, the bucket and the key used by whom their policies let", () => {
  expect(violationsOfResources(rights)).toEqual([]);
});
