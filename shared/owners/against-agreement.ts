import { parameterCount } from "../model/parameters.ts";
import { specOf } from "../model/spec.ts";
import { guaranteeIn } from "../privacy/private-steps.ts";
import { dataOfSchema } from "../schema/data-of-schema.ts";
import { isRecomputable } from "../secure-aggregation/settings.ts";
import type { Agreement } from "./agreement.ts";
import type { Description } from "./description.ts";
import { fewestTrusted, helpersIn, trustedHelpers } from "./helpers.ts";
import { fingerprintOf } from "./identity.ts";
import type { Policy } from "./policy.ts";
import type { Refusal } from "./refusals.ts";

export interface Asked {
  readonly policy: Policy;
  readonly agreement: Agreement;
  readonly description: Pick<Description, "train" | "heldOut">;
  /** The owner's own signing key. */
  readonly key: string;
  /** Year, month and day as 2026-01-31, in UTC. */
  readonly today: string;
}

type Rule = (asked: Asked) => Refusal | false;

/** What an owner's policy has against an agreement, as far as that can be told before a job: the first rule that is broken. */
export function againstAgreement(asked: Asked): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(asked);
    if (refusal) return refusal;
  }
  return undefined;
}

const rules: readonly Rule[] = [
  ({ policy: { expires }, today }) =>
    expires !== null &&
    today > expires && { name: "PolicyExpired", about: `expires: was ${expires}, and today is ${today}` },
  ({ policy: { federations }, agreement: { federation } }) =>
    federations !== null &&
    !federations.includes(federation) && {
      name: "FederationUnknown",
      about: `federations: ${federation} is not among them`,
    },
  ({ policy: { trusted }, agreement: { members }, key }) => {
    const stranger = members.find(
      ({ signingKey }) => signingKey !== key && trusted && !trusted.includes(fingerprintOf(signingKey)),
    );
    return (
      stranger !== undefined && {
        name: "MemberUntrusted",
        about: `trusted: ${stranger.name} is not among them, ${fingerprintOf(stranger.signingKey)}`,
      }
    );
  },
  ({ policy, agreement }) =>
    agreement.minimumCohort < policy.minimumCohort && {
      name: "CohortTooSmall",
      about: `minimumCohort: a round may take ${agreement.minimumCohort} owners, and the policy asks for ${policy.minimumCohort}`,
    },
  ({ policy, agreement, key }) => {
    const helpers = helpersIn(agreement);
    const trusted = trustedHelpers(helpers, policy.helpers, key);
    return (
      helpers.length > 0 &&
      trusted.length < fewestTrusted && {
        name: "HelpersUntrusted",
        about:
          `helpers: of ${helpers.map(({ member }) => member.name).join(", ")} it lists ${trusted.map(({ member }) => member.name).join(", ") || "none"}, ` +
          `and ${fewestTrusted} have to be ones that it trusts`,
      }
    );
  },
  ({ policy, agreement: { helpers, config } }) => {
    const agreed = config.federation.secureAggregation.minimumExamplesInSum;
    return (
      helpers !== undefined &&
      agreed < policy.minimumExamplesInSum && {
        name: "ExamplesTooFew",
        about: `minimumExamplesInSum: a sum may be over ${agreed}, and the policy asks for ${policy.minimumExamplesInSum}`,
      }
    );
  },
  ({ policy: { recompute }, agreement: { config } }) =>
    recompute !== "never" &&
    !isRecomputable(config) && {
      name: "RecomputeNotAgreed",
      about:
        `recompute: is ${recompute}, and the agreement gives owners no masked updates: have federation.secureAggregation.helpers=owners and ` +
        "federation.secureAggregation.recomputable=true proposed, or set recompute to never",
    },
  ({ policy: { leastExamples }, description: { train, heldOut } }) =>
    train + heldOut < leastExamples && {
      name: "ExamplesTooFew",
      about: `leastExamples: there are ${train + heldOut}, and the policy asks for ${leastExamples}`,
    },
  ({ policy: { leastExamples }, agreement: { config } }) => {
    // an update that is made of few rows gives them back; with a guarantee any of its rows may be in one, and noise hides which
    const { localSteps, batchSize } = config.training;
    const rows = localSteps === null || guaranteeIn(config) ? leastExamples : localSteps * batchSize;
    return (
      rows < leastExamples && {
        name: "ExamplesTooFew",
        about: `leastExamples: an update is made of ${rows} examples at the most, and the policy asks for ${leastExamples}`,
      }
    );
  },
  ({ policy: { tells } }) =>
    !tells.evaluation && {
      name: "EvaluationKept",
      about: "tells.evaluation: is false, and this version cannot leave evaluations out of updates",
    },
  ({ policy: { leastHeldOut }, description: { heldOut } }) =>
    heldOut < leastHeldOut && {
      name: "ExamplesTooFew",
      about: `leastHeldOut: ${heldOut} are held out, and the policy asks for ${leastHeldOut}`,
    },
  ({ policy: { models }, agreement: { config } }) =>
    !models.kinds.includes(config.model.kind) && {
      name: "ModelNotAllowed",
      about: `models.kinds: ${config.model.kind} is not among them`,
    },
  ({ policy: { models }, agreement }) => {
    const parameters = agreedParameters(agreement);
    return (
      parameters > models.mostParameters && {
        name: "ModelNotAllowed",
        about: `models.mostParameters: the model has ${parameters}, and the policy allows ${models.mostParameters}`,
      }
    );
  },
  ({ policy: { mostRounds }, agreement: { config } }) =>
    config.federation.rounds > mostRounds && {
      name: "RoundsExceeded",
      about: `mostRounds: a run may have ${config.federation.rounds}, and the policy allows ${mostRounds}`,
    },
  ({ policy: { mostEvaluations }, agreement: { config } }) => {
    // each round's model before training, and the last one
    const evaluations = config.federation.rounds + 1;
    return (
      evaluations > mostEvaluations && {
        name: "EvaluationsExceeded",
        about: `mostEvaluations: a run may ask for ${evaluations}, and the policy allows ${mostEvaluations}`,
      }
    );
  },
  ({ policy: { privacy, privacyBudget }, agreement: { config } }) =>
    (privacy === "required" || privacyBudget !== null) &&
    !guaranteeIn(config) && {
      name: "PrivacyMissing",
      about: `${privacy === "required" ? "privacy: required" : "privacyBudget: is given"}, and privacy.unit is none`,
    },
  ({ policy: { bundles }, agreement }) =>
    bundles !== null &&
    !agreement.bundles.some((one) => bundles.includes(one)) && {
      name: "BundleUnknown",
      about: `bundles: none of ${agreement.bundles.join(", ")} is among them`,
    },
];

/** Parameters of the model that the owners have agreed upon. */
export function agreedParameters({ config, schema }: Pick<Agreement, "config" | "schema">): number {
  return parameterCount(specOf(config, dataOfSchema(schema)));
}
