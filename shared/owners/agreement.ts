import * as z from "zod";
import { canonicalSha256 } from "../canonical-json.ts";
import { configSchema } from "../config/schema.ts";
import { tableSchema } from "../schema/table-schema.ts";
import { count, sha256 } from "../workflow/fields.ts";
import { ownersAccount } from "./account.ts";
import { agreedDoor } from "./agreed-door.ts";
import { type AgreementName, federationName } from "./agreement-name.ts";
import { type SimulatedClient, simulatedClient } from "./description.ts";
import { agreedHelpers, falseHelpers } from "./helpers.ts";
import { exchangeKey, fingerprintOf, ownerName, replacedKey, signingKey } from "./identity.ts";

/** An owner that takes part, known by its keys. */
export const member = z.strictObject({
  /** Its number, nobody else's whoever leaves: by it the examples that it holds out are drawn. */
  number: count,
  name: ownerName,
  signingKey,
  exchangeKey,
  /** The key that it had in the version before, and that key's signature for the new ones. */
  replaces: replacedKey.optional(),
  /** Where its function is invoked; left out of who asks the door for its jobs. */
  account: ownersAccount.optional(),
});

/** What everybody who takes part signs; versions are numbered and chained. */
export const agreement = z
  .strictObject({
    format: z.literal(1),
    federation: federationName,
    version: z.int().positive(),
    /** Digest of the version before; null of the first. */
    previous: sha256.nullable(),
    schema: tableSchema,
    /** What a run is, but that it may have fewer rounds. */
    config: configSchema,
    /** Owners that a round takes at least; simulated clients never count. */
    minimumCohort: z.int().min(2),
    /** Minutes that a round waits for an owner. */
    waitMinutes: z.int().min(1).max(1440),
    /** null: there is none, and owners' processes are on the coordinator's machine. */
    door: agreedDoor.nullable(),
    members: z.array(member).min(2),
    /** Clients that the coordinator trains itself, from a data set in its bucket; left out where there are none. */
    simulated: z
      .strictObject({
        /** Digest of that data set's object. */
        dataset: sha256,
        /** In the order in which their examples stand in it. */
        clients: z.array(simulatedClient).min(1),
      })
      .optional(),
    /** Members that open the sums of masks, of whom any two suffice; left out where nobody does. */
    helpers: agreedHelpers.optional(),
    /** Of whoever joins next. */
    nextNumber: count,
    /** Digests of what trains at an owner's; two while a release is replaced. */
    bundles: z.array(sha256).min(1).max(2),
  })
  .superRefine(({ members, simulated, helpers, nextNumber, minimumCohort, version, previous }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const everybody = [...members, ...(simulated?.clients ?? [])];
    for (const [what, values] of [
      ["number", everybody.map(({ number }) => number)],
      ["name", everybody.map(({ name }) => name.toLowerCase())],
      ["signing key", members.map(({ signingKey }) => signingKey)],
      ["exchange key", members.map(({ exchangeKey }) => exchangeKey)],
      ["account", members.flatMap(({ account }) => (account ? [account.account] : []))],
    ] as const) {
      if (new Set<unknown>(values).size < values.length) refuse("members", `two have the same ${what}`);
    }
    if (members.some(({ number }, at) => at > 0 && number <= (members[at - 1]?.number ?? 0))) {
      refuse("members", "stand in another order than that of their numbers");
    }
    if (everybody.some(({ number }) => number >= nextNumber))
      refuse("nextNumber", "is a member's number or a simulated client's, or lower");
    if (minimumCohort > members.length) {
      refuse("minimumCohort", `is more than the ${members.length} members`);
    }
    const stranger = helpers && falseHelpers(helpers, members);
    if (stranger !== undefined) refuse("helpers", stranger);
    if ((version === 1) !== (previous === null))
      refuse("previous", "names the version before, if there is one");
  });

export type Agreement = Readonly<z.output<typeof agreement>>;
export type Member = Agreement["members"][number];

export function agreementSha256(agreed: Agreement): string {
  return canonicalSha256(agreed);
}

export function nameOf(agreed: Agreement): AgreementName {
  const { federation, version } = agreed;
  return { federation, version, sha256: agreementSha256(agreed) };
}

/** Who has that key, or undefined. */
export function memberOf({ members }: Pick<Agreement, "members">, key: string): Member | undefined {
  return members.find(({ signingKey }) => signingKey === key);
}

/** The clients that the coordinator trains itself: behind the owners they are those of a run, in their order. */
export function simulatedIn({ simulated }: Pick<Agreement, "simulated">): readonly SimulatedClient[] {
  return simulated?.clients ?? [];
}

/** How people tell the members apart. */
export function fingerprintsOf({ members }: Agreement): string[] {
  return members.map(({ signingKey }) => fingerprintOf(signingKey));
}
