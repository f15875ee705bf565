import { isOwners } from "../shared/client/place.ts";
import { guaranteeIn } from "../shared/privacy/private-steps.ts";
import { shownEpsilon } from "../shared/privacy/shown-epsilon.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { statementOfClients } from "./client-privacy-statement.ts";
import { wholeNumber } from "./numbers.ts";
import { accountantPoint, type PrivacyStatement, pricePoint, sharesSaid } from "./privacy-points.ts";

/** Undefined of a run that promises nothing. */
export function privacyStatement(outcome: Outcome): PrivacyStatement | undefined {
  return statementOfClients(outcome) ?? statementOfExamples(outcome);
}

function statementOfExamples(outcome: Outcome): PrivacyStatement | undefined {
  const { config, privacy: spent, clients } = outcome;
  const guarantee = guaranteeIn(config);
  if (!guarantee || !spent) return undefined;
  const { clip, samplingRate, noise } = guarantee;
  const simulated = clients.some(({ place }) => !place || !isOwners(place));
  const epsilon = shownEpsilon(spent.epsilon);
  const nominal = simulated ? ", nominal: whoever simulated its clients knows their noise" : "";
  const said = noise === "distributed" ? together(config, simulated) : alone(simulated);
  return {
    short: `(ε ${epsilon}, δ ${spent.delta}) for each training example, by noise ${said.whose}${nominal}`,
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
          `Gaussian noise of deviation ${spent.noiseMultiplier} times that is added, by integers alone${said.how}; the sum is ` +
          "divided by the mean number of sampled examples",
      },
      {
        term: "Sampling",
        said:
          `each example is in a step with probability ${samplingRate}, drawn in secret for itself; which clients a round ` +
          "selects is public, and counts for nothing",
      },
      {
        term: "Spent",
        said: `${said.steps(wholeNumber(spent.steps))}; no other run on the same data is in it`,
      },
      accountantPoint(spent),
      pricePoint(outcome),
      { term: "Released", said: said.released },
      { term: "Trusted", said: said.trusted },
      {
        term: "Not covered",
        said:
          "held-out examples, on which every model was evaluated; numbers of examples and of labels; sums that scaling and " +
          "task were fitted by; categories and ranges of a table's columns; the choice of settings by other runs",
      },
    ],
  };
}

/** What a promise says by who adds its noise. */
interface ByWhom {
  /** Of the noise, after "by noise". */
  readonly whose: string;
  readonly how: string;
  readonly steps: (steps: string) => string;
  readonly released: string;
  readonly trusted: string;
}

/** Each client all of it. */
function alone(simulated: boolean): ByWhom {
  return {
    whose: "of each client's own",
    how: "",
    steps: (steps) => `${steps} steps by the client that trained most`,
    released: "each client's update in each of its rounds, and all models",
    trusted: simulated
      ? "nobody but the client itself; this run's clients were simulated, and the key of their noise lies in the bucket, so " +
        "that towards whoever reads it the guarantee is nominal"
      : "nobody but the owner, whose key the noise comes from",
  };
}

/** All clients of a round together. */
function together(config: Outcome["config"], simulated: boolean): ByWhom {
  const { how, colluding } = sharesSaid(config);
  return {
    whose: "that clients add together",
    how,
    steps: (steps) => `${steps} steps, of all clients together and one a round`,
    released: "the sum of each round's clients, and all models",
    trusted:
      `two of the three helpers, not to open anything but sums; all but ${colluding} of a round's clients, to add their share ` +
      "and to keep it to themselves" +
      (simulated
        ? "; this run's clients were simulated, and helpers and the key of their noise are the coordinator's, so that towards " +
          "whoever reads its bucket the guarantee is nominal"
        : ""),
  };
}
