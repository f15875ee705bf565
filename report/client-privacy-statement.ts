import { parameterCount } from "../shared/model/parameters.ts";
import { specOf } from "../shared/model/spec.ts";
import { countNoise, sumNoise } from "../shared/privacy/clients/adaptive-clip.ts";
import { clientMechanism } from "../shared/privacy/clients/planned-mechanism.ts";
import { clientNoise, tooFewClients } from "../shared/privacy/clients/privacy-plan.ts";
import { clientGuaranteeIn } from "../shared/privacy/private-steps.ts";
import { shownEpsilon } from "../shared/privacy/shown-epsilon.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { wholeNumber } from "./numbers.ts";
import { accountantPoint, type PrivacyStatement, pricePoint, sharesSaid } from "./privacy-points.ts";

type Promised = Pick<Outcome, "config" | "privacy" | "clients" | "dataset">;

/** Of a run that hides whole clients; undefined of any other. */
export function statementOfClients(outcome: Outcome): PrivacyStatement | undefined {
  const { config, privacy: spent, clients } = outcome;
  const mechanism = clientMechanism(config, spent, clients.length);
  const noise = noiseIn(outcome);
  if (!mechanism || !spent || !noise) return undefined;
  const { cohort, fullWeight, clip, adaptive, noiseMultiplier } = mechanism;
  const epsilon = shownEpsilon(spent.epsilon);
  const warning = tooFewClients(noise);
  const said = clientGuaranteeIn(config)?.noise === "distributed" ? together(config) : central;
  return {
    short: `(ε ${epsilon}, δ ${spent.delta}) for each client, by noise ${said.whose}`,
    points: [
      { term: "Guarantee", said: `(ε, δ)-differential privacy with ε = ${epsilon} and δ = ${spent.delta}` },
      { term: "Unit", said: "one client with all of its training examples" },
      {
        term: "Relation",
        said:
          "a client is added or taken away; how many clients a round selects is taken for public, and how many examples each trains " +
          "with",
      },
      {
        term: "Mechanism",
        said:
          `of each client the change of the model is cut to length ${clip}${adaptive ? " in the first round" : ""}, by itself${said.again}, ` +
          `and weighs min(n / ${fullWeight}, 1); to the sum of a round discrete Gaussian noise of deviation ` +
          `${(adaptive ? sumNoise(noiseMultiplier, cohort) : noiseMultiplier).toPrecision(5)} times that length is added, by integers alone${said.how}; the ` +
          `sum is divided by the ${cohort} clients that a round selects, whoever was silent`,
      },
      ...(adaptive
        ? [
            {
              term: "Clip",
              said:
                `follows the quantile ${adaptive.quantile} of the clients' norms in steps of ${adaptive.learningRate} (Andrew et al. 2021); how many ` +
                `were short enough has noise of ${countNoise(cohort).toPrecision(3)} times one client's part, and both together count as ` +
                `noise of ${noiseMultiplier} times what a client can change`,
            },
          ]
        : []),
      {
        term: "Sampling",
        said: "none: which clients a round selects is public, and counts for nothing",
      },
      {
        term: "Noise",
        said:
          `in a round's mean change it is ${noise.noiseShare.toPrecision(3)} times as long as the longest change of a client` +
          `${warning === undefined ? "" : `; that is too few clients: ${warning}`}`,
      },
      {
        term: "Spent",
        said: `${wholeNumber(spent.steps)} rounds by the client that trained most; no other run on the same data is in it`,
      },
      accountantPoint(spent),
      pricePoint(outcome),
      {
        term: "Released",
        said: "each round's sum of changes with its noise, and all models, which follow from these; of single clients no figure",
      },
      {
        term: "Trusted",
        said: said.trusted,
      },
      {
        term: "Not covered",
        said:
          "held-out examples, on which every model was evaluated, as sums over all clients; that a client was silent, and why; numbers of " +
          "examples and of labels; sums that scaling and task were fitted by; the choice of settings by other runs",
      },
    ],
  };
}

/** What a promise says by who adds its noise. */
interface ByWhom {
  /** Of the noise, after "by noise". */
  readonly whose: string;
  readonly again: string;
  readonly how: string;
  readonly trusted: string;
}

const central: ByWhom = {
  whose: "that the aggregator adds, whom all trust",
  again: " and again by the aggregator",
  how: "",
  trusted:
    "the aggregator and whoever runs it: updates come to it without noise and lie in the bucket with the key of the noise, so that " +
    "nothing is promised towards whoever may read them there",
};

/** All clients of a round together, of whom those are simulated that can take part in such a run. */
function together(config: Outcome["config"]): ByWhom {
  const { how, colluding } = sharesSaid(config);
  return {
    whose: "that clients add together, nominal: whoever simulated its clients knows their noise",
    again: "",
    how,
    trusted:
      "two of the three helpers, not to open anything but sums; each client, to shorten its change, since one that does not can be " +
      `found in its round's sum; all but ${colluding} of a round's clients, to add their share and to keep it to themselves; this run's ` +
      "clients were simulated, and helpers and the key of their noise are the coordinator's, so that towards whoever reads its bucket " +
      "the guarantee is nominal",
  };
}

/** What is wrong with a run of so few clients; undefined where nothing. */
export function tooFewIn(outcome: Promised): string | undefined {
  const noise = noiseIn(outcome);
  return noise && tooFewClients(noise);
}

function noiseIn({ config, privacy, clients, dataset }: Promised) {
  if (!privacy) return undefined;
  const parameters = parameterCount(specOf(config, dataset));
  return clientNoise(config, privacy, { clients: clients.length, parameters });
}
