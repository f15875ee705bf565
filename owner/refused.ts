import type { Refusal, RefusalName } from "../shared/owners/refusals.ts";
import { reasonOf } from "./reason.ts";

/** What a job is refused for. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.about);
    this.refusal = refusal;
  }
}

/** @throws Refused by that name where the work fails, in words that stay at the owner's */
export async function orRefuse<T>(name: RefusalName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused({ name, about: reasonOf(error) });
  }
}
