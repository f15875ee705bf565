/**
 * Why an owner does not do what a job asks. To the coordinator it says the name alone, from this list: no message, cell, path
 * or count; what the name means stands here, and what it was about in the owner's own log.
 */
export const refusals = {
  OwnerPaused: "it has paused, or has left",
  PolicyInvalid: "its policy cannot be read",
  PolicyExpired: "its policy has expired",
  NotApproved: "a person at the owner's has not approved it",
  FederationUnknown: "its policy does not know the federation",
  AgreementUnsigned: "it has not signed that version of the agreement",
  AgreementSuperseded: "it has signed a later version of the agreement",
  AgreementConflict: "another agreement of that number is the one that it has signed",
  AcceptanceInvalid:
    "the plan names an owner that has not signed the agreement, or other words of one that has",
  MemberUntrusted: "its policy does not trust a member that the plan names",
  CohortTooSmall: "fewer owners take part than its policy or the agreement asks for",
  HelpersUntrusted: "its policy lists fewer than two of the helpers that would open the masks",
  SumTooSmall:
    "a sum that it would open is over fewer owners or examples than was agreed upon, or its policy asks for",
  CohortChanged: "it has opened sums for this model before, over owners of whom some are missing now",
  PlanDiffers: "the plan is not what follows from the agreement, or not the one that it knows of this run",
  ModelNotAllowed: "its policy does not allow such a model",
  PrivacyMissing: "its policy asks for differential privacy",
  PrivacyBudgetSpent: "its policy's privacy budget does not cover the run",
  BundleUnknown: "what would train is not what was agreed upon",
  ModelDiffers:
    "it was asked for that round with another model, or the first one does not follow from the agreement",
  RecomputeNotAgreed:
    "its policy recomputes models, and the agreement gives it nothing to recompute them from",
  ModelNotRecomputed:
    "it could not recompute the model: what the model's round was made of is missing, or is not what its owners have signed",
  RecomputedDiffers: "the model is not the one that its round's masked updates and opened sums make",
  ChainBroken: "the models do not go on from those that it knows, or lack its own update",
  RoundsExceeded: "its policy allows no more rounds on these data",
  EvaluationsExceeded: "its policy allows no more evaluations on these data, or none of this kind",
  DataMissing: "its data cannot be read, or do not fit the agreed schema",
  DataChanged: "its data are not those that it has told of",
  EvaluationKept: "its policy keeps evaluations to itself, and a round asks for them",
  ExamplesTooFew: "it has fewer examples than its policy asks for, or an update is made of fewer",
  TrainingFailed: "training ended in an error",
  DoorUntrusted: "the door named other places or objects than were agreed upon",
  LogRolledBack: "its log is older than what it has sent",
} as const;

export type RefusalName = keyof typeof refusals;

export const refusalNames = Object.keys(refusals) as [RefusalName, ...RefusalName[]];

/** What an owner keeps to itself of why it refused. */
export interface Refusal {
  readonly name: RefusalName;
  /** In words for the owner's own log. */
  readonly about: string;
}
