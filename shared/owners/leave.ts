import * as z from "zod";
import { federationName } from "./agreement-name.ts";
import { statementNumber } from "./heard.ts";
import { ownerName } from "./identity.ts";

/** The file by which an owner leaves: whoever gets it deletes what the key that signed it has sent. */
export const leave = z.strictObject({
  format: z.literal(1),
  leaves: federationName,
  name: ownerName,
  statement: statementNumber,
});

export type Leave = Readonly<z.output<typeof leave>>;
