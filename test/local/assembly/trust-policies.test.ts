import { describe, expect, test } from "vitest";
import { coordinatorAccount as account } from "../../../local/assembly/names.ts";
import { type Resources, read, setRole } from "./policy-resources.ts";

describe("what works as a role must be let in by it", () => {
  const trusting = (Principal: unknown, Condition = {}) =>
    setRole({
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition },
      },
    });
  const both = { Service: ["lambda.amazonaws.com", "states.amazonaws.com"] };
  const sourceAccount = (of: string) => ({ StringEquals: { "aws:SourceAccount": of } });

  test("and is", () => {
    expect(read(trusting(both, sourceAccount(account))).functions).toHaveLength(1);
  });

  test.each([
    ["only Step Functions", trusting({ Service: "states.amazonaws.com" }), "small-Train"],
    ["only Lambda", trusting({ Service: "lambda.amazonaws.com" }), "states.amazonaws.com"],
    ["for another account's sake", trusting(both, sourceAccount("222222222222")), "small-Train"],
  ])("%s", (_, edit, what) => {
    expect(() => read(edit)).toThrow(what);
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
  });

  test("which has to be part of the assembly", () => {
    const edit = (all: Resources) => {
      Object.assign(all.Train0A1B2C3D?.Properties ?? {}, { Role: `arn:aws:iam::${account}:role/theirs` });
    };
    expect(() => read(edit)).toThrow(`small-Train: its role arn:aws:iam::${account}:role/theirs`);
  });
});
