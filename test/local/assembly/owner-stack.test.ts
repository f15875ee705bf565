import { Stage } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { ownerOutputs } from "../../../cdk/outputs.ts";
import { checkBesides, readStack, rightsOf } from "../../../local/assembly/other-stacks.ts";
import { invokerRoleOf, keysParameterOf } from "../../../shared/owners/stack-names.ts";
import { withOwnerStack } from "../../cdk/synthesized-owner.ts";
import { read } from "./read-small.ts";

const accounts = ["111122223333", "444455556666"] as const;
const parametersOf = (OwnerName: string) => ({
  OwnerName,
  Federation: "clinics",
  CoordinatorAccount: "000000000000",
  CoordinatorBucket: "fedstep-objects",
});

/** What the emulator reads of one assembly, deployed in each account. */
const deployed = (context: Record<string, unknown> = {}) =>
  withOwnerStack(context, (stack) => {
    const directory = Stage.of(stack)?.synth().directory ?? "";
    return accounts.map((account, i) =>
      readStack({ account, directory, parameters: parametersOf(`Klinik ${i}`) }),
    );
  });

test("the owner's stack stands in several accounts at once, each with its own parameters, names and rights", async () => {
  const stacks = await deployed();
  expect(() => checkBesides([read(), ...stacks])).not.toThrow();
  const { roles } = rightsOf(stacks);
  for (const [i, account] of accounts.entries()) {
    const [train, desk] = stacks[i]?.functions ?? [];
    expect([train?.name, desk?.name]).toEqual(["fedstep-owner-Train", "fedstep-owner-Desk"]);
    expect(train?.environment).toMatchObject({
      FEDSTEP_BUCKET: stacks[i]?.buckets[0],
      FEDSTEP_COORDINATOR_BUCKET: "fedstep-objects",
      FEDSTEP_OWNER_NAME: `Klinik ${i}`,
    });
    const role = invokerRoleOf("fedstep-owner", "us-east-1");
    expect(roles.has(`arn:aws:iam::${account}:role/${role}`)).toBe(true);
    const own = JSON.stringify(roles.get(train?.described.role ?? "")?.policies);
    expect(own).toContain(`:${account}:parameter${keysParameterOf("fedstep-owner")}`);
    const names = stacks[i]?.stack.outputs.map(({ name }) => name);
    expect(names?.sort()).toEqual(Object.values(ownerOutputs).sort());
  }
  expect(stacks.flatMap(({ keys }) => keys)).toEqual([]);
});

test("a key of MACs in KMS is one that the emulator makes them by", async () => {
  const stacks = await deployed({ kmsKey: true });
  for (const [i, account] of accounts.entries()) {
    const [key] = stacks[i]?.keys ?? [];
    expect(key).toMatchObject({ spec: "HMAC_256", usage: "GENERATE_VERIFY_MAC" });
    expect(key?.arn).toBe(`arn:aws:kms:us-east-1:${account}:key/${key?.id}`);
  }
});
