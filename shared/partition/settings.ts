import * as z from "zod";
import { countUpTo } from "../config/count.ts";

/** Clients that a run can have. */
export const mostClients = 10_000;

/** The field that every kind has. */
export const clients = countUpTo(mostClients).default(10).describe("Number of clients.");

/** The field whose value chooses a kind. */
export function kindField<const K extends string>(kind: K) {
  return z.literal(kind).describe("The rule that divides the examples.");
}
