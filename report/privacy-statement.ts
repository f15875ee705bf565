import { isOwners } from "../shared/client/place.ts";
import { guaranteeIn } from "../shared/privacy/private-steps.ts";
import { shownEpsilon } from "../shared/privacy/shown-epsilon.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { wholeNumber } from "./numbers.ts";

/** What a run's promise of privacy is, and what it is not, one point after the other. */
export interface PrivacyStatement {
  /** In a line: what was spent, and of what. */
  readonly short: string;
  readonly points: readonly { readonly term: string; readonly said: string }[];
}

/** Undefined of a run that promises nothing. */
export function privacyStatement(outcome: Outcome): PrivacyStatement | undefined {
  const { config, privacy: spent, clients } = outcome;
  const guarantee = guaranteeIn(config);
  if (!guarantee || !spent) return undefined;
  const { clip, samplingRate } = guarantee;
  const simulated = clients.some(({ place }) => !place || !isOwners(place));
  const epsilon = shownEpsilon(spent.epsilon);
  const nominal = simulated ? ", nominal: whoever simulated its clients knows their noise" : "";
  return {
    short: `(ε ${epsilon}, δ ${spent.delta}) for each training example, by noise of each client's own${nominal}`,
    points: [
      { term: "Guarantee", said: `(ε, δ)-differential privacy with ε = ${epsilon} and δ = ${spent.delta}` },
      { term: "Unit", said: "one training example of one client" },
      {
        term: "Relation",
        said: "an example is added or taken away; how many examples a client trains with is taken for public",
      },
      {
        term: "Mechanism",
        said:
          `DP-SGD (Abadi et al. 2016): of each example the gradient is cut to length ${clip}; to each step's sum discrete ` +
          `Gaussian noise of deviation ${spent.noiseMultiplier} times that is added, by integers alone; the sum is divided by ` +
          "the mean number of sampled examples",
      },
      {
        term: "Sampling",
        said:
          `each example is in a step with probability ${samplingRate}, drawn in secret for itself; which clients a round ` +
          "selects is public, and counts for nothing",
      },
      {
        term: "Spent",
        said: `${wholeNumber(spent.steps)} steps by the client that trained most; no other run on the same data is in it`,
      },
      {
        term: "Accountant",
        said:
          "privacy loss distributions, composed by FFT, rounded up; Rényi's divergence says at most " +
          `${shownEpsilon(spent.rdp.epsilon)} (order ${spent.rdp.order}, conversion of Canonne et al. 2020)`,
      },
      { term: "Released", said: "each client's update in each of its rounds, and all models" },
      {
        term: "Trusted",
        said: simulated
          ? "nobody but the client itself; this run's clients were simulated, and the key of their noise lies in the bucket, so " +
            "that towards whoever reads it the guarantee is nominal"
          : "nobody but the owner, whose key the noise comes from",
      },
      {
        term: "Not covered",
        said:
          "held-out examples, on which every model was evaluated; numbers of examples and of labels; sums that scaling and " +
          "task were fitted by; categories and ranges of a table's columns; the choice of settings by other runs",
      },
    ],
  };
}
