import { expect, test } from "vitest";
import { transientErrors } from "../../../shared/errors.ts";
import { refusalNames, refusals } from "../../../shared/owners/refusals.ts";
import { silentInAccount, whySilent } from "../../../shared/owners/silent-causes.ts";

test("whatever silences an owner has words: each refusal, each fault of Lambda's and each time that is over", () => {
  for (const name of refusalNames) expect(whySilent(name)).toBe(refusals[name]);
  const ofAws = transientErrors.filter((name) => name !== "StorageUnavailable");
  for (const name of [
    ...ofAws,
    ...["States.TaskFailed", "States.HeartbeatTimeout", "States.DataLimitExceeded"],
    "Lambda.ResourceNotFoundException",
  ]) {
    expect(whySilent(name), name).toMatch(/^[a-z]|^Lambda /);
  }
});

test("of a name that is the owner's own nothing is told, be it one that every object has", () => {
  for (const name of ["Error", "TypeError", "constructor", "__proto__", "row 7: Kim, 41", ""]) {
    expect(whySilent(name)).toBeUndefined();
    const { error, cause } = silentInAccount(name);
    expect(error).toBe("AccountFailed");
    if (name !== "") expect(cause).not.toContain(`${name}:`);
  }
  expect(silentInAccount("PolicyExpired")).toEqual({
    error: "PolicyExpired",
    cause: refusals.PolicyExpired,
  });
});
