import {
  violationsFromOutside,
  violationsInAccount,
  violationsOfOwnersResources,
} from "../../test/cdk/owner-proofs.ts";
import {
  asOwner,
  clinic,
  coordinatorsRights,
  hospital,
  type OwnersWho,
  ownersOwn,
  ownersRights,
  ownersTemplate,
  together,
} from "../../test/cdk/owner-rights.ts";
import type { TriedStack } from "./try-mutants.ts";

/** One of two owners' stacks, beside the other's and the coordinator's. */
export async function triedOwnersStack(): Promise<TriedStack> {
  const template = await ownersTemplate();
  const others = together(await coordinatorsRights(), ownersRights(template, hospital));
  return {
    name: "owner",
    template,
    as: asOwner(clinic),
    notice(mutant, { of }) {
      const rights = together(others, mutant);
      const found = of
        ? violationsInAccount(rights, whoOf(of), clinic)
        : [...violationsOfOwnersResources(rights, clinic), ...violationsFromOutside(rights, clinic)];
      return found.length > 0 ? "failed" : undefined;
    },
  };
}

function whoOf(id: string): OwnersWho {
  const found = ownersOwn.find((who) => id.startsWith(`${who}Role`) || id.startsWith(`Access${who}`));
  if (found === undefined) throw new Error(`whose policy ${id} is, is not known`);
  return found;
}
