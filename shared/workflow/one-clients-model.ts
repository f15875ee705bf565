import { keys, type ModelFile, type ModelName } from "../layout.ts";
import { strategyOf } from "../privacy/clients/strategy-of.ts";
import type { Outcome } from "./result-record.ts";

/** What of a run's outcome tells whose its models are. */
export type Contributed = Pick<Outcome, "run" | "config" | "clients" | "federated">;

/**
 * Whether one of the models that a run ended with is a single client's: trained on its examples alone, or of a round in
 * which no other update counted, or from which the strategy has chosen one. It tells of the client what its update tells.
 */
export function isOneClients({ config, clients, federated }: Contributed, name: ModelName): boolean {
  if (name === "baseline") return clients.length === 1;
  const counted = federated.rounds[federated.round - 1]?.clients ?? 0;
  return strategyOf(config).contributors(counted) < 2;
}

/** Where a file of a model that the run ended with lies: in the bucket, and in a home. */
export function modelKey(outcome: Contributed, name: ModelName, file: ModelFile): string {
  const key = isOneClients(outcome, name) ? keys.oneClientModel : keys.model;
  return key(outcome.run, name, file);
}
