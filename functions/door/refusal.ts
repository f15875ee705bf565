import { type DoorErrorName, requestValidMs } from "../../shared/owners/door-protocol.ts";

/** In the door's own words: what AWS says, and what it was asked, stays here. */
const messages: Readonly<Record<DoorErrorName, string>> = {
  RequestInvalid:
    "the door takes a POST of a few hundred bytes of JSON that an owner has signed for it, as this version of fedstep says it; take the coordinator's version",
  SignatureInvalid: "the request was not signed by the key that it names, or was signed as something else",
  WrongDoor: "the request was signed for another door than this one; take the address of the agreement",
  ClockSkewed: `the request is older than ${requestValidMs / 60_000} minutes, or of a time to come; set the clock by this answer's "at"`,
  JobGone: "no such job waits for this owner any more; ask for the one that does",
  UpdateTooLarge: "an update of this run has no such size; take the bundle of the agreement",
  UpdateMissing: "the update is not there; send it first",
  UpdateDiffers: "another update is there, which is written once; nothing of this round can be sent any more",
  DoorFailed: "something is wrong on the coordinator's side, and its log says what; ask again later",
};

/** What the door answers in place of what it was asked for. */
export class DoorRefusal extends Error {
  readonly refusal: DoorErrorName;

  constructor(refusal: DoorErrorName) {
    super(messages[refusal]);
    this.refusal = refusal;
  }
}
