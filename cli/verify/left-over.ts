import { accountOf } from "../../shared/client/place.ts";
import { clientsModelsOf, keys } from "../../shared/layout.ts";
import { centralNoiseIn } from "../../shared/privacy/private-steps.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Scene } from "./scene.ts";

/**
 * What lies below a run that has ended, and nothing accounts for. Owners in accounts of their own can write as much below their
 * own number as they like, so that this is told, by how much it is, and says nothing against the run.
 */
export function tellLeft({ inventory, audit }: Pick<Scene, "inventory" | "audit">, plan: Plan): void {
  const key = keys.simulatedKey(plan.run);
  if (plan.privacy && inventory.expect(key)) {
    audit.unchecked.push({
      objects: key,
      why: "the noise of simulated clients comes from it, and only who has their examples could draw it again",
    });
  }
  const noise = keys.noiseKey(plan.run);
  if (centralNoiseIn(plan.config) && inventory.expect(noise)) {
    audit.unchecked.push({
      objects: noise,
      why:
        "the noise of all rounds is drawn from it, and this command does not read it: what was told of each round is as far from " +
        "its updates' sum as such noise is",
    });
  }
  const accounts = plan.clients.flatMap(({ place }) => accountOf(place) ?? []);
  const [updates, , masks] = clientsModelsOf(plan.run);
  const written = new Map<string, string[]>();
  for (const key of inventory.left()) {
    // "*" of the bucket's policy stands for folders too, so that its number is anywhere behind the run's
    const account = accounts.find(
      (one) =>
        (key.startsWith(updates) && key.includes(`/${one}/`)) ||
        (key.startsWith(masks) && [`/boxes/${one}/`, `/opened/${one}/`].some((part) => key.includes(part))),
    );
    if (account === undefined) audit.found(key, "is no object of the run");
    else if (!written.get(account)?.push(key)) written.set(account, [key]);
  }
  for (const [account, found] of written) {
    const [first = "", ...others] = found;
    audit.unchecked.push({
      objects: first,
      why:
        `the owner's account ${account} wrote it${others.length > 0 ? `, and ${others.length} more,` : ""} without being asked, and ` +
        "nothing was made of it",
    });
  }
}
