import { ownerInvalid } from "../shared/errors.ts";
import { signedOf } from "../shared/owners/log-entry.ts";
import { sign } from "../shared/owners/signed.ts";
import { highestAccepted, keysIn } from "./accepted.ts";
import type { OwnerHome } from "./home.ts";
import { leavingAs, logAndWrite, type Outlet } from "./leaving.ts";
import { askedBy } from "./rotate.ts";

/** By which a federation knows the owner last: what was told of new keys is taken in by then, or the coordinator says so. */
async function keysKnownTo(home: OwnerHome, federation: string) {
  const { keys, keysBefore, log } = home;
  const told = log.entries.some(
    (one) => one.event === "rotated" && one.federation === federation && one.key === keys.key,
  );
  const agreed = await highestAccepted(home, federation);
  if (told || !keysBefore) return keys;
  if (agreed) return keysIn(home, agreed);
  return askedBy(home, federation) === keysBefore.key ? keysBefore : keys;
}

/**
 * Leaves a federation: from the log's entry on every job of it is refused. Said again, a file is written that says it again.
 * @returns how many updates have left for it
 * @throws OwnerInvalid where nothing of it was signed here
 */
export async function leaveFederation(
  home: OwnerHome,
  federation: string,
  out: Outlet,
  at: Date,
): Promise<number> {
  const { entries } = home.log;
  const known = entries.some(
    (one) =>
      (one.event === "asked to join" && one.federation === federation) ||
      (one.event === "agreed" && one.agreement.federation === federation),
  );
  if (!known) throw ownerInvalid(`${federation}: nothing was signed for such a federation in ${home.place}`);
  await out.assertWritable();
  const content = { format: 1, leaves: federation, name: home.owner.name, statement: home.log.next } as const;
  const { text, leaving } = await leavingAs(
    out,
    await sign("leave", content, await keysKnownTo(home, federation)),
  );
  await logAndWrite(home, out, text, { event: { event: "left", federation, ...leaving }, at });
  return signedOf(entries).filter((one) => one.agreement.federation === federation).length;
}
