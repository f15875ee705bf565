import * as z from "zod";
import { sha256 } from "../workflow/fields.ts";
import { ownersAccount } from "./account.ts";
import { federationName } from "./agreement-name.ts";
import { statementNumber } from "./heard.ts";
import { exchangeKey, ownerName } from "./identity.ts";
import { toldSchema } from "./told-schema.ts";

/** The file by which an owner asks to join: signed by the key that it will sign by. It holds no row, and no count. */
export const joinRequest = z.strictObject({
  format: z.literal(1),
  federation: federationName,
  name: ownerName,
  statement: statementNumber,
  exchangeKey,
  /** Where its function is invoked, of an owner in an account of its own: with the partition and the region, which others compare. */
  place: ownersAccount.extend({ partition: z.string(), region: z.string() }).optional(),
  /** Of the owner's policy, as it is when it asks. */
  policySha256: sha256,
  /** Types and roles of its columns; ranges and classes where the owner has consented. */
  schema: toldSchema,
});

export type JoinRequest = Readonly<z.output<typeof joinRequest>>;
