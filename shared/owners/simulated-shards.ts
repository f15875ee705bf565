import { canonicalJson } from "../canonical-json.ts";
import type { DatasetContent } from "../dataset/dataset.ts";
import { type Examples, takeExamples } from "../dataset/examples.ts";
import { applyScaling, type Scaling } from "../dataset/scaling.ts";
import { objectInvalid } from "../errors.ts";
import { keys } from "../layout.ts";
import type { Shard } from "../partition/division.ts";
import { dataOfSchema } from "../schema/data-of-schema.ts";
import type { DatasetRecord } from "../workflow/run-record.ts";
import { type Agreement, simulatedIn } from "./agreement.ts";
import type { SimulatedClient, ToldExamples } from "./description.ts";
import { splitExamples, tellAll } from "./split.ts";

/** The data set in the coordinator's bucket that an agreement's simulated clients have; undefined where there are none. */
export function simulatedDataset(agreed: Agreement): DatasetRecord | undefined {
  const { federation, schema, simulated } = agreed;
  if (!simulated) return undefined;
  return {
    name: federation,
    source: "bucket",
    digest: simulated.dataset,
    examples: simulated.clients.reduce((sum, { train, heldOut }) => sum + train + heldOut, 0),
    ...dataOfSchema(schema),
    owners: simulated.clients.map(({ name }) => name),
  };
}

/**
 * The shards of an agreement's simulated clients, in their order, each made when it is asked for: PrepareRun writes them, and
 * fedstep verify makes them again.
 * @param content of their data set
 * @param scaling of the run, which all that is told of anybody makes
 * @throws ObjectInvalid where the data set is not what the agreement tells of it
 */
export function simulatedShards(
  agreed: Agreement,
  { owners = [], examples }: DatasetContent,
  scaling: Scaling | null,
): (() => Shard)[] {
  const clients = simulatedIn(agreed);
  const { federation, version, simulated } = agreed;
  const differs = (what: string) =>
    objectInvalid(
      `${keys.dataset(simulated?.dataset ?? "")}: ${what} are not as version ${version} of ${federation} tells of them`,
    );
  const told = clients.map(({ name, train, heldOut }) => ({ name, examples: train + heldOut }));
  if (canonicalJson(told) !== canonicalJson(owners)) throw differs("the simulated clients in it");
  const { features } = dataOfSchema(agreed.schema);
  if (examples.features !== features) throw differs(`its ${examples.features} features`);
  let next = 0;
  return clients.map((client) => {
    const rows = Uint32Array.from({ length: client.train + client.heldOut }, () => next++);
    return () => {
      const split = splitExamples(takeExamples(examples, rows), agreed, client);
      if (canonicalJson(tellAll(split, agreed)) !== canonicalJson(toldOf(client))) {
        throw differs(`the examples of ${client.name}`);
      }
      const scaled = (some: Examples) => (scaling ? applyScaling(some, scaling) : some);
      return { train: scaled(split.train), test: scaled(split.heldOut) };
    };
  });
}

const toldOf = ({ number: _, name: __, ...told }: SimulatedClient): ToldExamples => told;
