import * as z from "zod";
import { sha256 } from "../workflow/fields.ts";

/** Part of its runs' names, which its members may read by: FEDERATION.RUN. */
export const federationName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,23}$/, 'takes 1 to 24 lower-case letters, digits and "-"');

/** A version of an agreement by its number and digest, as whatever follows from it names it. */
export const agreementName = z.strictObject({
  federation: federationName,
  version: z.int().positive(),
  sha256,
});

export type AgreementName = Readonly<z.output<typeof agreementName>>;
