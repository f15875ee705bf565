import type { RefusalName } from "../../shared/owners/refusals.ts";

/** A job is not done. Why stays with the owner: whoever has asked is told the name. */
export class Declined extends Error {
  readonly refusal: RefusalName;

  constructor(refusal: RefusalName, about: string) {
    super(about);
    this.name = "Declined";
    this.refusal = refusal;
  }
}
