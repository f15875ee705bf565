/**
 * What the two functions of an owner's stack take of their own bucket: patterns of keys. What each may do at the
 * coordinator's follows from the federation, and from nothing that a job says.
 */

/** Where the owner puts its data, and where what a folder is for other owners lies: the policy, the log, what was agreed. */
export const ownersPlaces = { data: "data/*", home: "home/*" } as const;

export const homeKeys = {
  log: "home/log.jsonl",
  policy: "home/policy.json",
  owner: "home/owner.json",
} as const;

/** Its policy, and what it has agreed to, are its people's: the function that is invoked from elsewhere writes neither. */
export const training = {
  name: "Train",
  handler: "index.handler",
  purpose:
    "Trains on the owner's data for a round, where agreement and policy allow it, and sends what it signs",
  reads: [ownersPlaces.data, ownersPlaces.home],
  writes: [
    ...[homeKeys.log, "home/refused.json", "home/kept/*", "home/models/*"],
    ...["home/alone/*", "home/sending/*"],
  ],
  /** Only where nothing is. */
  creates: [],
  /** Of what is on its way, once it has left. */
  deletes: ["home/sending/*"],
} as const;

export const desk = {
  name: "Desk",
  handler: "index.desk",
  purpose: "Does what the owner's own people ask: makes its keys, asks to join, agrees, pauses and leaves",
  reads: [ownersPlaces.data, ownersPlaces.home],
  writes: [homeKeys.log, homeKeys.owner, "home/agreements/*", "home/told/*"],
  creates: [homeKeys.policy],
  deletes: [],
} as const;
