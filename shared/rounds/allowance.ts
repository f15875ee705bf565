import type { Usage } from "../workflow/usage.ts";

/** What those who run a federation can hold and pay; the rounds do not know by what that is reckoned. */
export interface Allowance {
  /** The most rounds that one execution covers. */
  readonly roundsPerExecution: number;
  /**
   * Whether the run's budget pays for one more round.
   * @param own rounds so far that the run has trained itself, from 1
   * @param used by these rounds
   */
  affords(own: number, used: Usage): boolean;
}
