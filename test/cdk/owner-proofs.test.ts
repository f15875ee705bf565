import { beforeAll, describe, expect, test } from "vitest";
import { authorize } from "../../local/iam/authorize.ts";
import { roleSession } from "../../local/iam/identity.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { homeFiles } from "../../owner/home-files.ts";
import { federationKeys, keys } from "../../shared/layout.ts";
import { identityOf } from "./deployed-rights.ts";
import { placesOf } from "./owner-probes.ts";
import {
  reachedAtCoordinator,
  violationsFromOutside,
  violationsInAccount,
  violationsOfOwnersResources,
} from "./owner-proofs.ts";
import {
  clinic,
  coordinatorsRights,
  hospital,
  ownersIdentity,
  ownersOwn,
  ownersRights,
  ownersRole,
  ownersTemplate,
  together,
} from "./owner-rights.ts";
import { keysOf, sentFrom } from "./reach.ts";

let rights: Rights;
beforeAll(async () => {
  const [template, coordinators] = await Promise.all([ownersTemplate(), coordinatorsRights()]);
  rights = together(coordinators, ...[clinic, hospital].map((account) => ownersRights(template, account)));
});

describe.each([clinic, hospital])("in the account %s", (account) => {
  test.each(ownersOwn)("%s may do what is promised, and nothing else that was tried", (who) => {
    expect(violationsInAccount(rights, who, account)).toEqual([]);
  });

  test("roles are taken by their services, the bucket and the key used by the account alone, and the log never blindly", () => {
    expect(violationsOfOwnersResources(rights, account)).toEqual([]);
  });

  test("nobody of another account does anything, the coordinator's administrator and the other owner's included", () => {
    expect(violationsFromOutside(rights, account)).toEqual([]);
  });
});

test("the state machine, as the invoker, invokes the training function and nothing else of the account", () => {
  const machine = identityOf(rights, "Federation");
  const invoker = ownersRole(rights, "Invoker", clinic);
  const { train, desk } = placesOf(clinic);
  const invokes = (identity: typeof machine, resource: string) => {
    const action = "lambda:InvokeFunction";
    return authorize(rights, { identity, action, resource, resourceAccount: clinic, context: {} }).allowed;
  };
  expect(invokes(machine, train)).toBe(false);
  expect(invokes(roleSession(invoker, "session"), train)).toBe(true);
  expect(invokes(roleSession(invoker, "session"), desk)).toBe(false);
  expect(invokes(roleSession(invoker, "session"), placesOf(hospital).train)).toBe(false);
});

test("with both stacks' policies a round's objects are read, and what one sends is written once", () => {
  const run = keysOf("clinics.first");
  // boxes of whoever masks, wherever it is
  const boxes = [run.boxes, ...[clinic, hospital].map((one) => keys.boxes("clinics.first", 7, 3, 1, one))];
  const read = [run.plan, run.partition, run.global, run.roundState, run.roundMetrics, ...boxes];
  const own = sentFrom("clinics.first", clinic);
  expect(
    reachedAtCoordinator(rights, "Train", clinic)
      .filter((one) => one.startsWith("s3:"))
      .sort(),
  ).toEqual([...read.map((key) => `s3:GetObject ${key}`), ...own.map((key) => `s3:PutObject ${key}`)].sort());
  expect(reachedAtCoordinator(rights, "Desk", clinic).filter((one) => one.startsWith("s3:"))).toEqual([
    `s3:GetObject ${federationKeys.agreement("clinics", 2)}`,
  ]);
  for (const who of ["Invoker", "Owner"] as const)
    expect(reachedAtCoordinator(rights, who, clinic)).toEqual([]);
});

test("what the home's code writes is somebody's to write, and its policy and agreements are not the training's", () => {
  const { keys: inParameter, lock, running, sending: ofFolders, awaited, ...files } = homeFiles;
  const bucket = [...rights.resourcePolicies.keys()].find((arn) => arn.includes("fedstep-owner-objects"));
  const writes = (who: "Train" | "Desk", name: string) =>
    [name, `${name}/x`].some(
      (one) =>
        authorize(rights, {
          identity: ownersIdentity(rights, who, clinic),
          action: "s3:PutObject",
          resource: `${bucket}/home/${one}`,
          resourceAccount: clinic,
          context: { "s3:ObjectCreationOperation": "true", "s3:if-none-match": "*" },
        }).allowed,
    );
  const all = Object.values(files);
  expect(all.filter((name) => !writes("Train", name) && !writes("Desk", name))).toEqual([]);
  expect(all.filter((name) => writes("Train", name)).sort()).toEqual([
    "alone",
    "kept",
    "log.jsonl",
    "models",
    "refused.json",
    "sending",
  ]);
});
