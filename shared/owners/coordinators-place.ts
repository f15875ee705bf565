import { placeInvalid } from "../errors.ts";
import type { MembersRecord } from "./members.ts";
import type { JoinRequest } from "./request.ts";

/** Where a coordinator's stack is. */
export interface CoordinatorsPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/**
 * Whether a request's function can be invoked from where the coordinator's stack is.
 * @param key of whoever asks
 * @throws PlaceInvalid in another partition or region, in the coordinator's own account, or in that of another member
 */
export function assertPlace(
  { name, place }: Pick<JoinRequest, "name" | "place">,
  coordinator: CoordinatorsPlace,
  { members }: Pick<MembersRecord, "members">,
  key: string,
): void {
  if (!place) return;
  const refuse = (why: string) => placeInvalid(`the request of ${name}: ${why}`);
  for (const what of ["partition", "region"] as const) {
    if (place[what] !== coordinator[what]) {
      throw refuse(
        `its stack is in the ${what} ${place[what]}, and the coordinator's in ${coordinator[what]}, from where no other ${what} can be ` +
          "invoked; have the owner deploy its stack there, or take part by the door",
      );
    }
  }
  if (place.account === coordinator.account) {
    throw refuse(
      "its account is the coordinator's own, whose administrators can read what lies in it; have the owner deploy its stack in an " +
        "account of its own",
    );
  }
  const taken = members.find(
    ({ signingKey, account }) => signingKey !== key && account?.account === place.account,
  );
  if (taken) {
    throw refuse(
      `its account ${place.account} is that of ${taken.name}, and owners of one account write below the same number; take ${taken.name} ` +
        "off the list first, or have the owner take another account",
    );
  }
}
