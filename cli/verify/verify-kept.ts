import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { ownerOf } from "../../shared/owners/signed-update.ts";
import type { Participant } from "../../shared/rounds/participants.ts";
import { keptSize } from "../../shared/strategy/state-size.ts";
import { hasKept, type Strategy } from "../../shared/strategy/strategy.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { ReceivedUpdate, RoundAttempt } from "../../storage/update-objects.ts";
import type { Scene } from "./scene.ts";

/** What clients kept for their next round, by the digest in the update that each sent. */
export async function verifyKept(
  { objects, audit, inventory, absence }: Scene,
  plan: Plan,
  strategy: Strategy,
  { round, attempt }: RoundAttempt,
  participants: readonly Participant[],
  updates: readonly Pick<ReceivedUpdate, "client" | "keptSha256">[],
): Promise<void> {
  if (!hasKept(strategy)) return;
  for (const { client, task } of participants) {
    // what an owner keeps is at the owner's
    if (task !== "train" || ownerOf(plan, client)) continue;
    const key = keys.clientState(plan.run, round, client, attempt);
    const there = inventory.expect(key);
    const sent = updates.find((one) => one.client === client);
    if (!sent) {
      const why = "no update that is there and was accepted says what its client kept";
      if (there) audit.unchecked.push({ objects: key, why });
      continue;
    }
    if (!there) {
      const { excused, why } = absence(round);
      if (!excused) audit.found(key, `is missing: ${why}`);
      continue;
    }
    const { bytes: most } = keptSize(plan.model, strategy);
    const stored = await audit.read(key, () => objects.get(key, most));
    if (!stored) continue;
    const found = await sha256Hex(stored.bytes);
    if (found !== sent.keptSha256) {
      audit.found(key, `has digest ${found}, and the client's update says ${sent.keptSha256}`);
    }
  }
}
