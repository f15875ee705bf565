import * as z from "zod";
import { sha256 } from "../workflow/fields.ts";
import { agreementName } from "./agreement.ts";
import { description } from "./description.ts";
import { ownerName } from "./identity.ts";

/** An owner's signature under a version of the agreement, with what it tells of its data under it. */
export const acceptance = z.strictObject({
  agreement: agreementName,
  name: ownerName,
  policySha256: sha256,
  description,
});

export type Acceptance = Readonly<z.output<typeof acceptance>>;
