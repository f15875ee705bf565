import { hasLeft } from "../shared/owners/log-entry.ts";
import type { Refusal } from "../shared/owners/refusals.ts";
import type { OwnerHome } from "./home.ts";

/** Why an owner does nothing at all for a federation: it has paused, or has left; undefined where it does. */
export function withdrawn({ log }: Pick<OwnerHome, "log">, federation: string): Refusal | undefined {
  if (log.paused) return { name: "OwnerPaused", about: "fedstep owner resume takes jobs again" };
  if (!hasLeft(log.entries, federation)) return undefined;
  return { name: "OwnerPaused", about: `${federation}: this owner has left it` };
}
