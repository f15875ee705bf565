import { canonicalSha256 } from "../canonical-json.ts";
import type { Config } from "../config/schema.ts";
import { dataOfSchema } from "../schema/data-of-schema.ts";
import type { DatasetRecord } from "../workflow/run-record.ts";
import type { Acceptance } from "./acceptance.ts";
import { type Agreement, simulatedIn } from "./agreement.ts";
import type { Signed } from "./signed.ts";

/** Where data are that their owners keep. */
export const keptByOwners = "owners";

/**
 * How a run knows data that nobody has in one place: by the agreed schema, and by what their owners say that they are. With
 * simulated clients it names their shards too, which all that is told of anybody scales.
 */
export function ownersDataset(agreed: Agreement, accepted: readonly Signed<Acceptance>[]): DatasetRecord {
  const { federation, schema, simulated } = agreed;
  const descriptions = accepted.map(({ content }) => content.description);
  const clients = simulatedIn(agreed);
  return {
    name: federation,
    source: keptByOwners,
    digest: canonicalSha256(
      simulated ? [schema, descriptions, simulated] : [schema, descriptions.map(({ dataMac }) => dataMac)],
    ),
    examples: [...descriptions, ...clients].reduce((sum, { train, heldOut }) => sum + train + heldOut, 0),
    ...dataOfSchema(schema),
    owners: [...accepted.map(({ content }) => content.name), ...clients.map(({ name }) => name)],
  };
}

/** What whoever starts a run may have less of than was agreed upon: both end it earlier, and tell nothing more of anybody. */
export type OwnLimits = Pick<Config["federation"], "rounds" | "budget">;

/**
 * The configuration of a run under an agreement: that which was agreed upon, for those who have signed and the simulated clients
 * beside them.
 */
export function ownersConfig(
  agreed: Agreement,
  owners: number,
  { rounds, budget }: OwnLimits = agreed.config.federation,
): Config {
  const { config } = agreed;
  return {
    ...config,
    partition: { ...config.partition, clients: owners + simulatedIn(agreed).length },
    federation: { ...config.federation, rounds, budget },
  };
}

/** What of a run's own limits is more than was agreed upon, in words; undefined where nothing is. */
export function beyondAgreed({ config }: Agreement, { rounds, budget }: OwnLimits): string | undefined {
  const agreed = config.federation;
  if (rounds > agreed.rounds) return `has ${rounds} rounds, and ${agreed.rounds} were agreed upon`;
  if (agreed.budget === null || (budget !== null && budget <= agreed.budget)) return undefined;
  const own = budget === null ? "no budget" : `a budget of ${budget} dollars`;
  return `has ${own}, and ${agreed.budget} dollars were agreed upon`;
}
