import { canonicalSha256 } from "../canonical-json.ts";
import type { Config } from "../config/schema.ts";
import type { DatasetRecord } from "../workflow/run-record.ts";
import type { Acceptance } from "./acceptance.ts";
import type { Agreement } from "./agreement.ts";
import { featuresOf } from "./data-schema.ts";
import type { Signed } from "./signed.ts";

/** How a run knows data that nobody has in one place: by the agreed schema, and by what their owners say that they are. */
export function ownersDataset(
  { federation, schema }: Agreement,
  accepted: readonly Signed<Acceptance>[],
): DatasetRecord {
  const descriptions = accepted.map(({ content }) => content.description);
  const features = featuresOf(schema).map(({ name }) => name);
  return {
    name: federation,
    source: "owners",
    digest: canonicalSha256([schema, descriptions.map(({ dataMac }) => dataMac)]),
    examples: descriptions.reduce((sum, { train, heldOut }) => sum + train + heldOut, 0),
    features: features.length,
    classes: schema.label.classes.length,
    element: "float32",
    classNames: [...schema.label.classes],
    featureNames: features,
    owners: accepted.map(({ content }) => content.name),
  };
}

/** The configuration of a run under an agreement: that which was agreed upon, for those who have signed. */
export function ownersConfig(
  { config }: Agreement,
  clients: number,
  rounds = config.federation.rounds,
): Config {
  return {
    ...config,
    partition: { ...config.partition, clients },
    federation: { ...config.federation, rounds },
  };
}
