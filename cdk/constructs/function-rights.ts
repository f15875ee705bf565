import { prefixes } from "../../shared/layout.ts";
import type { FunctionName } from "../../shared/workflow/functions.ts";

export interface FunctionRights {
  readonly purpose: string;
  /** Patterns of keys that it may get. */
  readonly reads: readonly string[];
  /** Patterns of keys that it may put. */
  readonly writes: readonly string[];
  /** Patterns of keys that it may put where nothing is. */
  readonly creates: readonly string[];
}

const {
  datasets,
  shards,
  config,
  plan,
  partition,
  globals,
  updates,
  roundMetrics,
  baseline,
  models,
  result,
  report,
  roundStates,
  clientStates,
} = prefixes;

/** Who may touch what where a baseline is deployed: only those who train read examples, and nobody else learns that they can be read. */
export const functionRights: Readonly<Record<FunctionName, FunctionRights>> = {
  PrepareRun: {
    purpose: "Divides the data set among the clients and starts the global model",
    // the second half for a run that goes on from a round of another one
    reads: [config, datasets, shards, plan, globals, roundMetrics, roundStates],
    writes: [shards, plan, partition, globals, roundMetrics, roundStates],
    // of a run that no command line has laid out; what another one runs on, it cannot change
    creates: [datasets, config],
  },
  TrainClient: {
    purpose: "Evaluates and trains the global model on one client's shard",
    reads: [plan, shards, globals, roundStates, clientStates],
    writes: [updates, clientStates],
    creates: [],
  },
  AggregateRound: {
    purpose: "Makes the next global model of a round's updates",
    reads: [plan, updates, globals, roundStates],
    writes: [globals, roundStates, roundMetrics],
    creates: [],
  },
  TrainBaseline: {
    purpose: "Trains the same model on the pooled shards, as far as its time goes",
    reads: [plan, shards, globals, baseline],
    writes: [baseline],
    creates: [],
  },
  FinishRun: {
    purpose: "Writes the run's result, its report and the models to take away",
    reads: [plan, partition, globals, roundMetrics, baseline],
    writes: [models, result, report],
    creates: [],
  },
};

/** Without a baseline nobody has a right to its objects. */
export function rightsOf(name: FunctionName, deployed: { readonly baseline: boolean }): FunctionRights {
  const rights = functionRights[name];
  if (deployed.baseline) return rights;
  const others = (patterns: readonly string[]) => patterns.filter((pattern) => pattern !== baseline);
  return { ...rights, reads: others(rights.reads), writes: others(rights.writes) };
}
